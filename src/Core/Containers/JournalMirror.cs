using Signalbox.Core.Ports;

namespace Signalbox.Core.Containers;

/// <summary>The journal's head as last seen.</summary>
internal sealed record MirroredHead(long Seq, DateTimeOffset Time, RouteTotals Totals);

/// <summary>What a container's activation knows of its journal: the head and the dedupe window, brought up to date by reading on.</summary>
internal sealed class JournalMirror(int container, IJournalStore journal, TimeSpan dedupeWindow, TimeProvider time)
{
    private const int RecordsPerRead = 20_000;
    private Task<bool>? loading;

    public DedupeWindow Window { get; } = new(dedupeWindow);

    public MirroredHead Head { get; private set; } = new(0, DateTimeOffset.MinValue, new RouteTotals());

    /// <summary>Reads the journal's window once; later calls answer at once. False when it cannot be read now.</summary>
    public async Task<bool> Load()
    {
        if (loading is { IsCompletedSuccessfully: true, Result: true }) return true;
        if (loading is null or { IsCompleted: true }) loading = CatchUp(_ => { });
        return await loading;
    }

    /// <summary>Takes in a record that was just appended behind the head.</summary>
    public void Advance(JournalRecord record, RouteTotals totals)
    {
        Enter(record);
        Head = new MirroredHead(record.LastSeq, record.Time, totals);
    }

    /// <summary>Reads every record behind the known head, and the head itself.</summary>
    /// <param name="visit">Told of each record, in order.</param>
    /// <returns>False when the journal cannot be read; what was read until then is kept.</returns>
    public async Task<bool> CatchUp(Action<JournalRecord> visit)
    {
        try
        {
            var head = await journal.ReadHead(container);
            var since = time.GetUtcNow() - dedupeWindow;
            for (var seen = Head.Seq; seen < head.Seq;)
            {
                var records = await journal.ReadHeaders(container, seen, since, RecordsPerRead);
                foreach (var record in records)
                {
                    // Between reading the head and now the journal may have grown; the totals are the head's, so stop there.
                    if (record.LastSeq > head.Seq) break;
                    Enter(record);
                    visit(record);
                    seen = record.LastSeq;
                }

                // Nothing is left within the window: what lies between is older.
                if (records.Count == 0 || records[^1].LastSeq > head.Seq) break;
            }
            Head = new MirroredHead(head.Seq, head.Time, RouteTotals.FromBytes(head.Totals.Span));
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private void Enter(JournalRecord record)
    {
        var reader = new RecordReader(record.Headers.Span);
        while (reader.Next())
        {
            if (reader.Deduplicates) Window.Add(reader.Digest, record.FirstSeq + reader.Index, record.Time);
        }
    }
}
