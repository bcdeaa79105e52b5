using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>Counts where every accepted event is (I3).</summary>
public sealed class Ledger(IJournalStore journal, IDestinationStore destinations, IConfigurationSource configuration, TimeProvider time)
{
    /// <summary>One line per open destination, in the order of the configuration.</summary>
    public Task<IReadOnlyList<LedgerLine>> Read()
    {
        _ = journal;
        _ = destinations;
        _ = configuration;
        _ = time;
        throw new NotSupportedException();
    }
}

/// <summary>Where the events are that were accepted for one destination; each term is counted by itself.</summary>
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
