using Signalbox.Core.Containers;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>Finds an event and its state at every destination.</summary>
public sealed class EventLookup(IJournalStore journal, IDestinationStore destinations, TimeProvider time)
{
    private const int RecordsPerRead = 20_000;

    /// <param name="eventId">The caller's event id, or the router's own (<c>evt_…</c>).</param>
    /// <returns>Null when the journal holds no such event. Of several with the same id the latest.</returns>
    /// <exception cref="StoreUnavailableException">A store cannot be read now.</exception>
    public async Task<EventState?> Find(Container container, string eventId)
    {
        using var ids = new EventIds(container.DigestKey);
        var seq = ids.Read(eventId) ?? await FindSeq(container, ids.Digest(eventId));
        if (seq is null || await ReadRecord(container, seq.Value) is not { } record) return null;
        var entry = RecordCodec.Decode(record.Headers.Span)[(int)(seq.Value - record.FirstSeq)];
        var deliveries = new List<DeliveryState>();
        foreach (var route in entry.Header.Routes)
        {
            // A destination that is gone has nothing to show any more.
            if (container.FindDestination(route.Destination) is not { } destination) continue;
            deliveries.Add(await Deliver(container, destination, route.Decision, seq.Value));
        }
        return new EventState(
            ids.Make(seq.Value), seq.Value, record.Time, EventCodec.Decode(record.Body.Slice(entry.Offset, entry.Length)), deliveries);
    }

    private async Task<long?> FindSeq(Container container, UInt128 digest)
    {
        long? found = null;
        for (var seen = 0L; ;)
        {
            var records = await journal.ReadHeaders(container.Number, seen, DateTimeOffset.MinValue, RecordsPerRead);
            if (records.Count == 0) return found;
            foreach (var record in records)
            {
                var reader = new RecordReader(record.Headers.Span);
                while (reader.Next())
                {
                    if (reader.Deduplicates && reader.Digest == digest) found = record.FirstSeq + reader.Index;
                }
            }
            seen = records[^1].LastSeq;
        }
    }

    private async Task<JournalRecord?> ReadRecord(Container container, long seq)
    {
        var records = await journal.Read(container.Number, seq - 1, maxBytes: 1);
        return records.FirstOrDefault(record => record.FirstSeq <= seq && seq <= record.LastSeq);
    }

    private async Task<DeliveryState> Deliver(Container container, Destination destination, RouteDecision decision, long seq)
    {
        if (decision != RouteDecision.Queued)
        {
            var (name, reason) = decision == RouteDecision.ConsentDenied
                ? ("consent_denied", "the event was not granted every required category")
                : ("filtered", "the destination was disabled");
            return new DeliveryState(destination.Id, destination.Platform.Name, name, reason, null, []);
        }
        var key = new DestinationKey(container.Number, destination.Number);
        var row = await destinations.Read(key);
        var calls = await destinations.ReadCalls(key, seq);
        var isPassed = row is not null && (seq <= row.Cursor || row.Done.Contains(seq));
        if (!isPassed)
        {
            var stop = row?.Stop is { } last && last.Holds(destination, time.GetUtcNow()) ? last : null;
            var state = stop is null ? "waiting" : "parked";
            var nextAttempt = stop is null || stop.Until == DateTimeOffset.MaxValue ? (DateTimeOffset?)null : stop.Until;
            return new DeliveryState(destination.Id, destination.Platform.Name, state, stop?.Words, nextAttempt, calls);
        }
        var end = calls.LastOrDefault(call => EndOf(call.Outcome) is not null);
        if (end is not null) return new DeliveryState(destination.Id, destination.Platform.Name, EndOf(end.Outcome)!, end.Words, null, calls);
        var parked = (await destinations.ReadParked(key, DateTimeOffset.MaxValue, int.MaxValue)).FirstOrDefault(call => call.Seqs.Contains(seq));
        return new DeliveryState(destination.Id, destination.Platform.Name, "parked", parked?.Reason, parked?.Due, calls);
    }

    private static string? EndOf(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Delivered => "delivered",
        CallOutcome.Rejected => "rejected",
        CallOutcome.Expired => "expired",
        CallOutcome.ConsentDenied => "consent_denied",
        CallOutcome.Cancelled => "cancelled",
        _ => null,
    };
}

/// <param name="Id">The router's id.</param>
public sealed record EventState(string Id, long Seq, DateTimeOffset AcceptedAt, ConversionEvent Event, IReadOnlyList<DeliveryState> Deliveries);

/// <summary>One event at one destination.</summary>
/// <param name="State"><c>waiting</c>, <c>parked</c>, <c>delivered</c>, <c>rejected</c>, <c>expired</c>, <c>consent_denied</c>, <c>filtered</c>, <c>cancelled</c>.</param>
/// <param name="Reason">Why it is where it is; null when there is nothing to add.</param>
/// <param name="NextAttempt">When it is tried next; null when no time is set.</param>
public sealed record DeliveryState(
    string Destination, string Platform, string State, string? Reason, DateTimeOffset? NextAttempt, IReadOnlyList<LoggedCall> Attempts);
