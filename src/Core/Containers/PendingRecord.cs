using Signalbox.Core.Ports;

namespace Signalbox.Core.Containers;

/// <summary>A journal record as built for one append, with the entries that it would accept.</summary>
internal sealed record PendingRecord(
    JournalRecord Record, RouteTotals Totals, IReadOnlyList<Submission.Entry> Entries, IReadOnlyList<int> QueuedFor)
{
    public static PendingRecord Build(List<Submission.Entry> entries, MirroredHead head, DateTimeOffset time, Guid appendId)
    {
        var headers = new List<(EventHeader, int)>(entries.Count);
        var totals = head.Totals.Copy();
        var queuedFor = new List<int>();
        var body = new byte[entries.Sum(entry => entry.Event.Bytes.Length)];
        var length = 0;
        foreach (var entry in entries)
        {
            var (header, bytes) = entry.Event;
            headers.Add((header, bytes.Length));
            bytes.CopyTo(body.AsMemory(length));
            length += bytes.Length;
            totals.Add(header.Routes);
            foreach (var route in header.Routes)
            {
                if (route.Decision == RouteDecision.Queued && !queuedFor.Contains(route.Destination)) queuedFor.Add(route.Destination);
            }
        }
        var record = new JournalRecord(head.Seq + 1, entries.Count, time, appendId, RecordCodec.Encode(headers), body);
        return new PendingRecord(record, totals, [.. entries], queuedFor);
    }
}
