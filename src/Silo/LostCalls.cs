using System.Collections.Concurrent;

namespace Signalbox.Silo;

/// <summary>
/// Says that calls to actors failed: ordinary while silos come and go, for then each request meets it until the cluster has noticed. So each kind is said once
/// a second, with how many there were.
/// </summary>
internal sealed class LostCalls(ILogger log, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string To, Type Fault), Kind> kinds = new();

    /// <summary>Whether an exception only says that another silo was not reached, or was, and nobody knows.</summary>
    public static bool IsOrdinary(Exception fault) => fault is Orleans.Runtime.OrleansException or TimeoutException or OperationCanceledException;

    public void Note(string to, Exception fault)
    {
        var kind = kinds.GetOrAdd((to, fault.GetType()), static _ => new Kind());
        if (kind.Count(time.GetTimestamp(), time.TimestampFrequency * (long)Every.TotalSeconds) is not { } count) return;
        if (IsOrdinary(fault)) log.LogWarning("{Count} calls to {To} were lost: {Exception}", count, to, fault.GetType().Name);
        else log.LogError("{Count} calls to {To} were lost: {Exception}\n{Trace}", count, to, fault.GetType(), fault.StackTrace);
    }

    private sealed class Kind
    {
        private long unsaid;
        private long saidAt = long.MinValue / 2;

        /// <returns>How many there were since it was last said; null when it is too early to say.</returns>
        public long? Count(long now, long every)
        {
            Interlocked.Increment(ref unsaid);
            var last = Volatile.Read(ref saidAt);
            if (now - last < every || Interlocked.CompareExchange(ref saidAt, now, last) != last) return null;
            return Interlocked.Exchange(ref unsaid, 0);
        }
    }
}
