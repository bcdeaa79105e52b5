using Signalbox.Core.Ports;
using Signalbox.Core.Scheduling;

namespace Signalbox.Core.Visitors;

/// <summary>Owns one visitor's record. Merging is idempotent, so a conflict or an unanswered write is met by reading and merging again.</summary>
public sealed class VisitorActor : IVisitor
{
    // A store that refuses this many writes in a row is as good as away.
    private const int MaxAttempts = 8;

    // A touch that only says "still here" is worth a write this often: visitors are forgotten after days, not hours.
    private static readonly TimeSpan LastSeenGrain = TimeSpan.FromHours(1);

    private readonly VisitorKey key;
    private readonly IVisitorStore store;
    private readonly Collector<Arrival> merges;
    private VisitorRow? row;
    private bool isCurrent;

    public VisitorActor(VisitorKey key, IVisitorStore store)
    {
        this.key = key;
        this.store = store;
        merges = new Collector<Arrival>(Merge);
    }

    public Task<VisitorRecord?> Merge(VisitorTouch touch)
    {
        var arrival = new Arrival(touch, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _ = merges.Add(arrival);
        return arrival.Merged.Task;
    }

    private async Task Merge(IReadOnlyList<Arrival> arrivals)
    {
        try
        {
            var record = await TryMerge(arrivals);
            foreach (var arrival in arrivals) arrival.Merged.SetResult(record);
        }
        catch (Exception bug)
        {
            isCurrent = false;
            foreach (var arrival in arrivals) arrival.Merged.TrySetException(bug);
        }
    }

    private async Task<VisitorRecord?> TryMerge(IReadOnlyList<Arrival> arrivals)
    {
        try
        {
            for (var attempt = 0; attempt < MaxAttempts; attempt++)
            {
                if (!isCurrent)
                {
                    row = (await store.Read([key]))[0];
                    isCurrent = true;
                }
                var before = row is null ? null : VisitorRecord.FromBytes(row.Record);
                var after = before;
                foreach (var arrival in arrivals) after = VisitorMerge.Apply(after, arrival.Touch);
                if (before is not null && !VisitorMerge.IsWorthWriting(before, after!, LastSeenGrain)) return before;
                var next = new VisitorRow(key, (row?.Version ?? 0) + 1, after!.LastSeen, after.ToBytes());
                switch (await store.Write(next))
                {
                    case StoreOutcome.Committed:
                        row = next;
                        return after;
                    case StoreOutcome.Failed:
                        return null;
                    default:
                        isCurrent = false;
                        break;
                }
            }
            return null;
        }
        catch (StoreUnavailableException)
        {
            isCurrent = false;
            return null;
        }
    }

    private sealed record Arrival(VisitorTouch Touch, TaskCompletionSource<VisitorRecord?> Merged);
}
