using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Signalbox.Core.Workspaces;

/// <summary>Counts requests by whom they come from, in UTC minutes. Without locks; each minute starts with nothing kept of the one before.</summary>
/// <param name="maxKeys">Keys counted one by one in a minute. Those beyond share one count, so that made-up keys cannot fill the memory.</param>
public sealed class RateLimiter(TimeProvider time, int maxKeys = 100_000)
{
    private Minute current = new(0);

    /// <summary>Counts one request of <paramref name="key"/> and says whether it is within <paramref name="limit"/>.</summary>
    public RateDecision Take(string key, int limit)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var minute = MinuteAt(now / 60);
        var used = Interlocked.Increment(ref minute.CountOf(key, maxKeys).Value);
        var end = (minute.Number + 1) * 60;
        return new RateDecision(used <= limit, limit, (int)Math.Max(0, limit - used), end, (int)Math.Max(1, end - now));
    }

    /// <summary>A clock that is set back does not bring back a minute that is over.</summary>
    private Minute MinuteAt(long number)
    {
        var known = Volatile.Read(ref current);
        if (known.Number >= number) return known;
        var next = new Minute(number);
        var found = Interlocked.CompareExchange(ref current, next, known);
        return found == known ? next : found;
    }

    private sealed class Minute(long number)
    {
        private readonly ConcurrentDictionary<string, StrongBox<long>> counts = new(StringComparer.Ordinal);
        private readonly StrongBox<long> others = new();
        private int keys;

        public long Number => number;

        public StrongBox<long> CountOf(string key, int maxKeys)
        {
            if (counts.TryGetValue(key, out var count)) return count;
            return Interlocked.Increment(ref keys) > maxKeys ? others : counts.GetOrAdd(key, _ => new StrongBox<long>());
        }
    }
}

/// <param name="Remaining">Requests that the rest of the minute still allows.</param>
/// <param name="Reset">When the minute ends, in Unix seconds.</param>
/// <param name="RetryAfter">Seconds until then, at least one.</param>
public readonly record struct RateDecision(bool IsAllowed, int Limit, int Remaining, long Reset, int RetryAfter);
