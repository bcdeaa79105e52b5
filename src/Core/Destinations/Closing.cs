using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>Ends what still waits for destinations that were removed.</summary>
public static class Closing
{
    /// <param name="closed">Destinations whose rows are marked closed, so that no pump touches them.</param>
    /// <exception cref="StoreUnavailableException">A store cannot be read now.</exception>
    public static async Task Cancel(IReadOnlyList<DestinationKey> closed, IJournalStore journal, IDestinationStore destinations)
    {
        foreach (var key in closed)
        {
            if (await destinations.Read(key) is not { } row) continue;
            var head = await journal.ReadHead(key.Container);
            var waiting = await Backlog.Count(journal, row, head.Seq);
            var parked = await destinations.ReadParked(key, DateTimeOffset.MaxValue, int.MaxValue);
            var counts = row.Counts.Plus(CallOutcome.Cancelled, waiting + row.Counts.Parked).Plus(CallOutcome.Parked, -row.Counts.Parked);
            var cancelled = row with { Version = row.Version + 1, Cursor = head.Seq, Done = SeqSet.Empty, Counts = counts, Stop = null };
            if (await destinations.Commit(new DestinationCommit(cancelled, [], parked.Select(call => call.Id).ToList(), [])) != StoreOutcome.Committed)
            {
                throw new StoreUnavailableException($"what waited for the removed destination {key} could not be cancelled");
            }
        }
    }
}
