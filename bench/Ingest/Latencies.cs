using System.Diagnostics;

namespace Signalbox.Bench.Ingest;

/// <summary>Counts answers and keeps the latency of each one that is measured, exactly. Thread-safe.</summary>
internal sealed class Latencies(long from, long to)
{
    private readonly Lock gate = new();
    private readonly List<long> ticks = new(1 << 20);
    private long created;
    private long others;

    /// <summary>What is measured begins here and ends at <see cref="To"/>, by the <see cref="Stopwatch"/>.</summary>
    public long From => from;

    public long To => to;

    public long Created => created;

    public long Others => others;

    /// <param name="due">When the request ought to have been sent.</param>
    /// <param name="placed">The moment that decides whether it is measured: when it was due, or when it was answered.</param>
    public void Add(int status, long due, long placed, long answered)
    {
        lock (gate)
        {
            if (status == StatusCodes.Status201Created) created++;
            else others++;
            if (placed >= from && placed < to) ticks.Add(answered - due);
        }
    }

    public LoadResult ToResult(TimeSpan processorTime)
    {
        ticks.Sort();
        var seconds = (double)(to - from) / Stopwatch.Frequency;
        return new LoadResult(
            created, others, ticks.Count, ticks.Count / seconds, Quantile(0.5), Quantile(0.99), Quantile(0.999), Quantile(1), processorTime.TotalSeconds);
    }

    private double Quantile(double part) =>
        ticks.Count == 0 ? 0 : ticks[Math.Min(ticks.Count - 1, (int)Math.Ceiling(part * ticks.Count) - 1)] * 1000.0 / Stopwatch.Frequency;
}
