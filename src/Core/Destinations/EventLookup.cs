using Signalbox.Core.Containers;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>Finds an event and its state at every destination.</summary>
public sealed class EventLookup(IJournalStore journal, IDestinationStore destinations)
{
    /// <param name="eventId">The caller's event id, or the router's own (<c>evt_…</c>).</param>
    /// <returns>Null when the journal holds no such event.</returns>
    public Task<EventState?> Find(Container container, string eventId)
    {
        _ = journal;
        _ = destinations;
        _ = container;
        throw new NotSupportedException();
    }
}

/// <param name="Id">The router's id.</param>
public sealed record EventState(string Id, long Seq, DateTimeOffset AcceptedAt, ConversionEvent Event, IReadOnlyList<DeliveryState> Deliveries);

/// <summary>One event at one destination.</summary>
/// <param name="State"><c>waiting</c>, <c>parked</c>, <c>delivered</c>, <c>rejected</c>, <c>expired</c>, <c>consent_denied</c>, <c>filtered</c>, <c>cancelled</c>.</param>
/// <param name="Reason">Why it is where it is; null when there is nothing to add.</param>
/// <param name="NextAttempt">When it is tried next; null when no time is set.</param>
public sealed record DeliveryState(
    string Destination, string Platform, string State, string? Reason, DateTimeOffset? NextAttempt, IReadOnlyList<LoggedCall> Attempts);
