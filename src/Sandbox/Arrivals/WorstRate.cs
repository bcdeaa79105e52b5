namespace Signalbox.Sandbox.Arrivals;

/// <summary>
/// The window in which most events came beyond what a rate allows: the greatest of (events in [from, to]) − rate × (to − from)
/// over all closed windows that start and end at an arrival. A sender within "rate × T plus one batch" never exceeds one batch.
/// </summary>
internal sealed record WorstRate(long Events, double WorstExcess, long FromMs, long ToMs, long EventsInWindow)
{
    public static WorstRate Of(Arrival[] arrivals, double perSecond)
    {
        // Concurrent requests may be counted in another order than they came.
        Array.Sort(arrivals, (a, b) => a.AtMs.CompareTo(b.AtMs));
        var worst = new WorstRate(0, 0, 0, 0, 0);
        long before = 0;
        var (lowest, startMs, startBefore) = (double.PositiveInfinity, 0L, 0L);
        foreach (var arrival in arrivals)
        {
            // Relative to the first arrival: epoch milliseconds times a rate would cost a double its precision.
            var allowed = perSecond * (arrival.AtMs - arrivals[0].AtMs) / 1000;
            // A window from here costs what came before it; the cheapest start so far serves every later end.
            if (before - allowed < lowest) (lowest, startMs, startBefore) = (before - allowed, arrival.AtMs, before);
            before += arrival.Events;
            var excess = before - allowed - lowest;
            if (excess > worst.WorstExcess) worst = new WorstRate(0, excess, startMs, arrival.AtMs, before - startBefore);
        }
        return worst with { Events = before };
    }
}
