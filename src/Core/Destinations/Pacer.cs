using Signalbox.Core.Ports;
using Signalbox.Core.Scheduling;

namespace Signalbox.Core.Destinations;

/// <summary>
/// The token bucket (I4). Tokens exist only in stretches of time that were reserved in the store, so that two activations, two destinations of
/// one account, or a process and its successor can never spend the same second twice. They arrive at the destination's rate, starting from none,
/// and are lost as soon as somebody else's stretch follows.
/// </summary>
internal sealed class Pacer(string quotaKey, IBucketStore buckets, TimeProvider time)
{
    // A call may be started or arrive this much later than its tokens say: room for that is left in the batch, a quarter of it at the most.
    private static readonly TimeSpan Jitter = TimeSpan.FromMilliseconds(100);
    private const double MostRoom = 0.25;

    // The longest stretch reserved at once: what a crash may leave unused.
    private static readonly TimeSpan LongestStretch = TimeSpan.FromSeconds(1);

    // How long after a stretch its tokens may still be spent; part of the jitter.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(50);

    // A reservation further ahead than any honest one: the clock was set back.
    private static readonly TimeSpan Implausible = TimeSpan.FromMinutes(2);

    private const double Rounding = 1e-6;

    // What is computed in whole milliseconds may end up one beyond what was reserved.
    private static readonly TimeSpan RoundedUp = TimeSpan.FromMilliseconds(1);

    private double tokens;
    private DateTimeOffset accruedTo;

    // Null as long as no stretch is known to be ours.
    private DateTimeOffset? stretchEnd;

    public string QuotaKey => quotaKey;

    /// <summary>Events in one call at the most: what the batch allows, less what the jitter of arrivals may add, and a second's worth at the most.</summary>
    public static int Capacity(Limits limits)
    {
        var room = Math.Min(limits.EventsPerSecond * Jitter.TotalSeconds, limits.BatchSize * MostRoom);
        return (int)Math.Max(1, Math.Min(limits.BatchSize - room, limits.EventsPerSecond * LongestStretch.TotalSeconds));
    }

    /// <summary>Waits until <paramref name="count"/> events may be sent, and spends their tokens.</summary>
    /// <param name="count">At most <see cref="Capacity"/>.</param>
    /// <param name="wanted">How many are waiting in all: a hint for how much to reserve ahead.</param>
    /// <exception cref="StoreUnavailableException">The quota cannot be reserved now.</exception>
    public async Task Take(int count, int wanted, Limits limits, CancellationToken cancel)
    {
        var ahead = TimeSpan.Zero;
        while (true)
        {
            var now = time.GetUtcNow();
            Accrue(now, limits);
            var missing = count - tokens;
            if (missing <= Rounding && now <= stretchEnd + Grace)
            {
                tokens -= count;

                // What a full bucket could not hold until now is lost, even if this time turns out to be ours.
                if (now > accruedTo) accruedTo = now;
                return;
            }
            var ready = (accruedTo > now ? accruedTo : now) + Duration(missing, limits);
            if (missing > Rounding && ready <= stretchEnd + RoundedUp)
            {
                await Task.Delay(ready - now, time, cancel);
                continue;
            }
            await Reserve(Math.Max(missing, Math.Min(wanted, limits.EventsPerSecond)), ahead, limits);

            // A machine so slow that the tokens are stale by the time they are there needs a longer stretch to spend them in.
            ahead = ahead < LongestStretch ? (ahead * 2) + Grace : ahead;
        }
    }

    /// <param name="ahead">How much longer than the events need the stretch shall be.</param>
    private async Task Reserve(double events, TimeSpan ahead, Limits limits)
    {
        while (true)
        {
            var reservedTo = await buckets.Read(quotaKey);
            var now = time.GetUtcMilliseconds();

            // As long as nobody else reserved anything since, the time between our last stretch and now is ours as well.
            var isOurs = reservedTo == stretchEnd;
            var isPlausible = reservedTo - now < Implausible;
            var start = isPlausible && (isOurs || reservedTo > now) ? reservedTo : now;
            var end = (start > now ? start : now) + Duration(events, limits) + ahead;
            switch (await buckets.Reserve(quotaKey, reservedTo, end))
            {
                case StoreOutcome.Committed:
                    if (!isOurs || !isPlausible)
                    {
                        tokens = 0;
                        accruedTo = start;
                    }
                    stretchEnd = end;
                    return;
                case StoreOutcome.Failed:
                    throw new StoreUnavailableException("the quota could not be reserved");
                default:
                    // Somebody else moved it, or perhaps we did and were not told: what is not known to be ours is left unused.
                    break;
            }
        }
    }

    private void Accrue(DateTimeOffset now, Limits limits)
    {
        if (stretchEnd is not { } end) return;
        if (accruedTo - now > Implausible) stretchEnd = null;
        var to = now < end ? now : end;
        if (to <= accruedTo) return;
        tokens = Math.Min(Capacity(limits), tokens + ((to - accruedTo).TotalSeconds * limits.EventsPerSecond));
        accruedTo = to;
    }

    // Rounded up, so that after waiting it out the tokens are there.
    private static TimeSpan Duration(double events, Limits limits) =>
        TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(events, 0) * 1000 / limits.EventsPerSecond));
}
