using System.Diagnostics;

namespace Signalbox.Bench.Ingest;

/// <summary>Counts answers and keeps the latency of each one that is measured, exactly. Thread-safe.</summary>
internal sealed class Latencies(long measureFrom, long measureTo)
{
    private readonly Lock gate = new();
    private readonly List<long> ticks = new(1 << 20);
    private long created;
    private long others;

    /// <param name="due">When the request ought to have been sent.</param>
    /// <param name="placed">The moment that decides whether it is measured: when it was due, or when it was answered.</param>
    public void Add(int status, long due, long placed, long answered)
    {
        lock (gate)
        {
            if (status == StatusCodes.Status201Created) created++;
            else others++;
            if (placed >= measureFrom && placed < measureTo) ticks.Add(answered - due);
        }
    }

    public LoadResult ToResult(double processorSeconds)
    {
        ticks.Sort();
        var seconds = (double)(measureTo - measureFrom) / Stopwatch.Frequency;
        return new LoadResult(
            created, others, ticks.Count, ticks.Count / seconds, Quantile(0.5), Quantile(0.99), Quantile(0.999), Quantile(1), processorSeconds);
    }

    private double Quantile(double part) =>
        ticks.Count == 0 ? 0 : ticks[Math.Min(ticks.Count - 1, (int)Math.Ceiling(part * ticks.Count) - 1)] * 1000.0 / Stopwatch.Frequency;
}
