using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Signalbox.Api.Metrics;

/// <summary>What this process has answered since it started. Names only, no values of anybody's.</summary>
internal sealed class RequestCounts
{
    private readonly ConcurrentDictionary<(string Dialect, int Status), StrongBox<long>> requests = new();
    private readonly ConcurrentDictionary<(string Dialect, string Result), StrongBox<long>> events = new();

    public IEnumerable<(string Dialect, int Status, long Count)> Requests =>
        requests.Select(pair => (pair.Key.Dialect, pair.Key.Status, Volatile.Read(ref pair.Value.Value))).Order();

    public IEnumerable<(string Dialect, string Result, long Count)> Events =>
        events.Select(pair => (pair.Key.Dialect, pair.Key.Result, Volatile.Read(ref pair.Value.Value))).Order();

    public void CountRequest(string dialect, int status) => Interlocked.Increment(ref requests.GetOrAdd((dialect, status), static _ => new()).Value);

    /// <param name="result"><c>accepted</c>, <c>duplicate</c> or <c>unavailable</c>.</param>
    public void CountEvent(string dialect, string result) => Interlocked.Increment(ref events.GetOrAdd((dialect, result), static _ => new()).Value);
}
