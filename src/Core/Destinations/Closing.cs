using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>Ends what still waits for destinations that were removed, at the start after their removal.</summary>
public static class Closing
{
    /// <exception cref="StoreUnavailableException">A store cannot be read or written now; what is left is ended at the next start.</exception>
    public static async Task Cancel(IJournalStore journal, IDestinationStore destinations)
    {
        foreach (var row in await destinations.ReadUnsettled())
        {
            var waiting = await Backlog.Count(journal, row, (await journal.ReadHead(row.Key.Container)).Seq);
            var parked = await destinations.ReadParked(row.Key, DateTimeOffset.MaxValue, int.MaxValue);
            var settled = row with
            {
                Version = row.Version + 1,
                Cursor = DestinationRow.Settled,
                Done = SeqSet.Empty,
                Stop = null,
                Counts = row.Counts.Plus(CallOutcome.Cancelled, waiting + row.Counts.Parked).Plus(CallOutcome.Parked, -row.Counts.Parked),
            };
            if (await destinations.Commit(new DestinationCommit(settled, [], parked.Select(call => call.Id).ToList(), [])) != StoreOutcome.Committed)
            {
                throw new StoreUnavailableException($"what waited for the removed destination {row.Key} could not be cancelled");
            }
        }
    }
}
