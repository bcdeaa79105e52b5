using Signalbox.Core.Containers;
using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>Looks through what lies behind a destination's cursor, by the journal's headers alone.</summary>
internal static class Backlog
{
    private const int RecordsPerRead = 5_000;
    private const int BytesPerRead = 4 << 20;

    /// <summary>Counts the events that wait: queued for this destination and not finished. Counted one by one (I3).</summary>
    /// <param name="head">Where to stop.</param>
    public static async Task<long> Count(IJournalStore journal, DestinationRow row, long head)
    {
        var count = 0L;
        await Visit(journal, row, head, (_, _) => count++);
        return count;
    }

    /// <summary>The waiting events that happened at or before <paramref name="time"/>.</summary>
    public static async Task<SeqSet> Older(IJournalStore journal, DestinationRow row, DateTimeOffset time)
    {
        var limit = time.ToUnixTimeMilliseconds();
        var older = new List<long>();
        await Visit(journal, row, long.MaxValue, (seq, happenedAt) =>
        {
            if (happenedAt <= limit) older.Add(seq);
        });
        return SeqSet.Of(older);
    }

    /// <summary>The waiting events that were accepted before <paramref name="before"/>, with their bytes.</summary>
    public static async Task<IReadOnlyList<QueuedEvent>> AcceptedBefore(IJournalStore journal, DestinationRow row, DateTimeOffset before)
    {
        var waiting = new List<QueuedEvent>();
        for (var seen = row.Cursor; ;)
        {
            var records = await journal.Read(row.Key.Container, seen, BytesPerRead);
            foreach (var record in records)
            {
                if (record.Time >= before) return waiting;
                waiting.AddRange(ParkedEvents.Of(record, seq => seq > row.Cursor && !row.Done.Contains(seq), row.Key.Number));
            }
            if (records.Count == 0) return waiting;
            seen = records[^1].LastSeq;
        }
    }

    /// <param name="visit">Told of each waiting event's seq and of when it happened, in milliseconds since 1970.</param>
    private static async Task Visit(IJournalStore journal, DestinationRow row, long head, Action<long, long> visit)
    {
        for (var seen = row.Cursor; seen < head;)
        {
            var records = await journal.ReadHeaders(row.Key.Container, seen, DateTimeOffset.MinValue, RecordsPerRead);
            if (records.Count == 0) return;
            foreach (var record in records)
            {
                var reader = new RecordReader(record.Headers.Span);
                while (reader.Next())
                {
                    var seq = record.FirstSeq + reader.Index;
                    if (seq <= row.Cursor || seq > head || row.Done.Contains(seq)) continue;
                    if (reader.IsQueuedFor(row.Key.Number)) visit(seq, reader.Time);
                }
            }
            seen = records[^1].LastSeq;
        }
    }
}
