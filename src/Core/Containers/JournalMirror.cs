using Signalbox.Core.Ports;

namespace Signalbox.Core.Containers;

/// <summary>The journal's head as last seen.</summary>
internal sealed record MirroredHead(long Seq, DateTimeOffset Time, RouteTotals Totals);

/// <summary>What a container's activation knows of its journal: the head and the dedupe window, brought up to date by reading on.</summary>
/// <param name="dedupeWindow">The length of the window as configured now.</param>
internal sealed class JournalMirror(int container, IJournalStore journal, Func<TimeSpan> dedupeWindow, TimeProvider time)
{
    private const int RecordsPerRead = 20_000;
    private Task<bool>? loading;
    private bool isLoaded;
    private long entered;

    public DedupeWindow Window { get; private set; } = new(dedupeWindow());

    public MirroredHead Head { get; private set; } = new(0, DateTimeOffset.MinValue, new RouteTotals());

    /// <summary>Reads the journal's window once, and once more when it was configured to be longer; other calls answer at once. False when it cannot be read now.</summary>
    public async Task<bool> Load()
    {
        if (isLoaded && dedupeWindow() <= Window.Length) return true;
        if (loading is null or { IsCompleted: true }) loading = isLoaded ? Lengthen(dedupeWindow()) : First();
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
            var since = time.GetUtcNow() - Window.Length;
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

    private async Task<bool> First() => isLoaded = await CatchUp(_ => { });

    /// <summary>Fills a longer window, beside the one in use, until it has everything that that one has.</summary>
    private async Task<bool> Lengthen(TimeSpan length)
    {
        try
        {
            var longer = new DedupeWindow(length);
            var since = time.GetUtcNow() - length;
            // The one in use moves on while this reads.
            for (var seen = 0L; seen < Math.Max(Head.Seq, entered);)
            {
                var records = await journal.ReadHeaders(container, seen, since, RecordsPerRead);
                var known = Math.Max(Head.Seq, entered);
                foreach (var record in records.Where(record => record.LastSeq <= known))
                {
                    Enter(record, longer);
                    seen = record.LastSeq;
                }
                if (records.Count == 0 || records[^1].LastSeq > known) break;
            }
            Window = longer;
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private void Enter(JournalRecord record)
    {
        Enter(record, Window);
        entered = record.LastSeq;
    }

    private static void Enter(JournalRecord record, DedupeWindow window)
    {
        var reader = new RecordReader(record.Headers.Span);
        while (reader.Next())
        {
            if (reader.Deduplicates) window.Add(reader.Digest, record.FirstSeq + reader.Index, record.Time);
        }
    }
}
