using Signalbox.Core.Ports;
using Signalbox.Core.Scheduling;

namespace Signalbox.Core.Destinations;

/// <summary>
/// The token bucket (I4). Tokens exist only in stretches of time that were reserved in the store, so that two activations, two destinations of
/// one account, or a process and its successor can never spend the same second twice. Within a stretch they arrive at the destination's rate,
/// starting from none; what is not spent when it ends is lost.
/// </summary>
internal sealed class Pacer(string quotaKey, IBucketStore buckets, TimeProvider time)
{
    // A call may be started or arrive this much later than its tokens say: room for that is left in the batch, a quarter of it at the most.
    private static readonly TimeSpan Jitter = TimeSpan.FromMilliseconds(100);
    private const double MostRoom = 0.25;

    // The longest stretch reserved at once: what a crash may leave unused.
    private static readonly TimeSpan LongestStretch = TimeSpan.FromSeconds(1);

    // How late a timer may ring for tokens still to count; part of the jitter.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(50);

    // A reservation further ahead than any honest one: the clock was set back.
    private static readonly TimeSpan Implausible = TimeSpan.FromMinutes(2);

    private const double Rounding = 1e-6;

    // What is computed in whole milliseconds may end up one beyond what was reserved.
    private static readonly TimeSpan RoundedUp = TimeSpan.FromMilliseconds(1);

    private double tokens;
    private DateTimeOffset accruedTo;
    private DateTimeOffset stretchEnd;

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
        while (true)
        {
            Accrue(limits);
            if (tokens + Rounding >= count)
            {
                tokens -= count;
                return;
            }
            var missing = count - tokens;
            var now = time.GetUtcNow();
            var ready = (accruedTo > now ? accruedTo : now) + Duration(missing, limits);
            if (ready > stretchEnd + RoundedUp)
            {
                await Reserve(Math.Max(missing, Math.Min(wanted, limits.EventsPerSecond)), limits);
                continue;
            }
            await Task.Delay(ready - now, time, cancel);
        }
    }

    private async Task Reserve(double events, Limits limits)
    {
        while (true)
        {
            var reservedTo = await buckets.Read(quotaKey);
            var now = time.GetUtcMilliseconds();
            var start = reservedTo > now && reservedTo - now < Implausible ? reservedTo : now;
            var end = start + Duration(events, limits);
            switch (await buckets.Reserve(quotaKey, reservedTo, end))
            {
                case StoreOutcome.Committed:
                    // Only a stretch that goes on where the last one ends keeps its tokens.
                    if (start != stretchEnd)
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

    private void Accrue(Limits limits)
    {
        var now = time.GetUtcNow();
        if (now > stretchEnd + Grace)
        {
            tokens = 0;
            accruedTo = stretchEnd;
            return;
        }
        var to = now < stretchEnd ? now : stretchEnd;
        if (to <= accruedTo) return;
        tokens = Math.Min(Capacity(limits), tokens + ((to - accruedTo).TotalSeconds * limits.EventsPerSecond));
        accruedTo = to;
    }

    // Rounded up, so that after waiting it out the tokens are there.
    private static TimeSpan Duration(double events, Limits limits) =>
        TimeSpan.FromMilliseconds(Math.Ceiling(events * 1000 / limits.EventsPerSecond));
}
