using Signalbox.Core.Containers;
using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>Counts where every accepted event is (I3).</summary>
public sealed class Ledger(IJournalStore journal, IDestinationStore destinations, IConfigurationSource configuration, TimeProvider time)
{
    /// <summary>One line per configured destination, in the order of the configuration.</summary>
    /// <exception cref="StoreUnavailableException">A store cannot be read now.</exception>
    public async Task<IReadOnlyList<LedgerLine>> Read()
    {
        var lines = new List<LedgerLine>();
        foreach (var container in configuration.Current.Containers)
        {
            foreach (var destination in container.Destinations)
            {
                if (await Read(container, destination) is { } line) lines.Add(line);
            }
        }
        return lines;
    }

    private async Task<LedgerLine?> Read(Container container, Destination destination)
    {
        // The row first: the journal up to its cursor never changes, and what is appended after the head was read is in no term.
        if (await destinations.Read(new DestinationKey(container.Number, destination.Number)) is not { } row) return null;
        var head = await journal.ReadHead(container.Number);
        var routes = RouteTotals.FromBytes(head.Totals.Span)[destination.Number];
        var waiting = await Backlog.Count(journal, row, head.Seq);
        var stop = row.Stop is { } last && last.Holds(destination, time.GetUtcNow()) ? last : null;
        return new LedgerLine(
            container.Id,
            destination.Id,
            destination.Platform.Name,
            routes.Accepted,
            row.Counts.Delivered,
            row.Counts.Rejected,
            row.Counts.Expired,
            routes.ConsentDenied + row.Counts.ConsentDenied,
            routes.Filtered,
            row.Counts.Parked + (stop is null ? 0 : waiting),
            stop is null ? waiting : 0,
            row.Counts.Erased,
            row.Counts.Cancelled,
            stop);
    }
}

/// <summary>Where the events are that were accepted for one destination; each term is counted by itself.</summary>
/// <param name="Parked">Waiting for another attempt of their own, or behind a destination that is stopped.</param>
/// <param name="Stop">Why the whole destination waits; null when it runs.</param>
public sealed record LedgerLine(
    string Container,
    string Destination,
    string Platform,
    long Accepted,
    long Delivered,
    long Rejected,
    long Expired,
    long ConsentDenied,
    long Filtered,
    long Parked,
    long Waiting,
    long Erased,
    long Cancelled,
    Stop? Stop)
{
    public bool Balances => Accepted == Delivered + Rejected + Expired + ConsentDenied + Filtered + Parked + Waiting + Erased + Cancelled;
}
