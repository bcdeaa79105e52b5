using Signalbox.Core.Ports;
using Signalbox.Core.Scheduling;

namespace Signalbox.Core.Destinations;

/// <summary>
/// Ends what still waits for destinations that were removed. A door may still go by the configuration before for a moment, so what it lets in is ended by
/// a later round, for an hour; then the destination is settled. Each event is counted once, however many processes do this at a time (I3).
/// </summary>
public static class Closing
{
    /// <summary>Longer than a request can be under way in a process that was held up.</summary>
    public static readonly TimeSpan Latecomers = TimeSpan.FromHours(1);

    /// <exception cref="StoreUnavailableException">A store cannot be read or written now; the next round ends what is left.</exception>
    public static async Task Cancel(IJournalStore journal, IDestinationStore destinations, TimeProvider time)
    {
        foreach (var found in await destinations.ReadUnsettled())
        {
            DestinationRow? row = found;
            while (row is { Cursor: < DestinationRow.Settled } && await Change(row, journal, destinations, time) is { } change)
            {
                var outcome = await destinations.Commit(change);
                if (outcome == StoreOutcome.Committed) break;
                if (outcome == StoreOutcome.Failed) throw new StoreUnavailableException($"what waited for the removed destination {row.Key} could not be cancelled");

                // Another process did this, or its pump was still at work.
                row = await destinations.Read(row.Key);
            }
        }
    }

    /// <returns>Null when there is nothing to do now.</returns>
    private static async Task<DestinationCommit?> Change(DestinationRow row, IJournalStore journal, IDestinationStore destinations, TimeProvider time)
    {
        var now = time.GetUtcMilliseconds();
        var removed = row.Stop is { Reason: StopReason.Removed } stop ? stop : null;
        var isOver = now >= removed?.Until;
        var head = (await journal.ReadHead(row.Key.Container)).Seq;
        if (removed is not null && !isOver && head <= row.Cursor) return null;

        var waiting = await Backlog.Count(journal, row, head);
        var parked = await destinations.ReadParked(row.Key, DateTimeOffset.MaxValue, int.MaxValue);
        var closed = row with
        {
            Version = row.Version + 1,
            Cursor = isOver ? DestinationRow.Settled : Math.Max(head, row.Cursor),
            Done = SeqSet.Empty,
            Stop = isOver ? null : removed ?? new Stop(StopReason.Removed, now + Latecomers, null, ""),
            Counts = row.Counts.Plus(CallOutcome.Cancelled, waiting + row.Counts.Parked).Plus(CallOutcome.Parked, -row.Counts.Parked),
        };
        return new DestinationCommit(closed, [], parked.Select(call => call.Id).ToList(), []);
    }
}
