namespace Signalbox.Core.Scheduling;

/// <summary>Exponential waits with jitter: the n-th is drawn between half and the whole of <c>first · 2ⁿ⁻¹</c>, at most <c>longest</c>.</summary>
public sealed class Backoff(TimeSpan first, TimeSpan longest, Random random)
{
    /// <param name="attempt">From 1.</param>
    public TimeSpan Delay(int attempt)
    {
        const int enough = 30;
        var whole = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, enough)), longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(whole * (1 + random.NextDouble()) / 2);
    }
}
