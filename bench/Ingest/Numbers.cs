namespace Signalbox.Bench.Ingest;

/// <summary>Numbers purchases, so that no event id comes twice. Thread-safe.</summary>
internal sealed class Numbers(long first)
{
    private long last = first - 1;

    public long Next() => Interlocked.Increment(ref last);
}
