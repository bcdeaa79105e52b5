using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>
/// The events that wait for one destination, in the order of the journal: read from it, or taken from what was just appended when that is the very next.
/// </summary>
internal sealed class Intake(DestinationKey key, IJournalStore journal)
{
    private const int BytesPerRead = 4 << 20;
    private const long MaxBufferedBytes = 16 << 20;

    private readonly Queue<QueuedEvent> buffer = new();
    private long bufferedBytes;
    private long position;
    private long suspectUpTo;
    private SeqSet finished = SeqSet.Empty;

    public int Count => buffer.Count;

    public QueuedEvent First => buffer.Peek();

    /// <summary>Whether the journal may hold more than was read.</summary>
    public bool IsBehind { get; private set; } = true;

    /// <summary>Whether everything read so far has been taken out.</summary>
    public bool IsDrained => buffer.Count == 0 && !IsBehind;

    /// <summary>Events read that this destination has nothing to do with; whoever takes them moves the cursor over them.</summary>
    public SeqSet Skipped { get; private set; } = SeqSet.Empty;

    /// <summary>The last seq read.</summary>
    public long Position => position;

    /// <summary>Starts anew behind the row's cursor.</summary>
    /// <param name="suspectUpTo">Unfinished events up to this seq are possible duplicates.</param>
    public void Reset(DestinationRow row, long suspectUpTo)
    {
        buffer.Clear();
        bufferedBytes = 0;
        position = row.Cursor;
        finished = row.Done;
        this.suspectUpTo = suspectUpTo;
        Skipped = SeqSet.Empty;
        IsBehind = true;
    }

    /// <summary>There may be more in the journal.</summary>
    public void Notice() => IsBehind = true;

    /// <summary>Takes over a record just appended if it is the next one expected, and otherwise notices that there is more to read.</summary>
    public void Offer(JournalRecord record)
    {
        if (record.FirstSeq == position + 1 && bufferedBytes < MaxBufferedBytes) Take(record);
        else if (record.LastSeq > position) IsBehind = true;
    }

    /// <summary>Reads on until the buffer is full or the journal's end is reached.</summary>
    /// <exception cref="StoreUnavailableException">The journal cannot be read now.</exception>
    public async Task Fill()
    {
        while (IsBehind && bufferedBytes < MaxBufferedBytes)
        {
            var records = await journal.Read(key.Container, position, BytesPerRead);
            if (records.Count == 0) IsBehind = false;
            foreach (var record in records) Take(record);
        }
    }

    public QueuedEvent Dequeue()
    {
        var next = buffer.Dequeue();
        bufferedBytes -= next.Bytes.Length;
        return next;
    }

    /// <summary>The seq of the event at this place of the buffer, or of the last one.</summary>
    public long SeqAt(int index) => buffer.ElementAt(Math.Min(index, buffer.Count - 1)).Seq;

    public SeqSet TakeSkipped()
    {
        var taken = Skipped;
        Skipped = SeqSet.Empty;
        return taken;
    }

    private void Take(JournalRecord record)
    {
        // While a read was under way, the same records may have been offered.
        if (record.LastSeq <= position) return;
        bool IsUnread(long seq) => seq > position && !finished.Contains(seq);
        var taken = ParkedEvents.Of(record, IsUnread, key.Number);
        foreach (var e in taken)
        {
            buffer.Enqueue(e.Seq <= suspectUpTo ? e with { MaybeDuplicate = true } : e);
            bufferedBytes += e.Bytes.Length;
        }
        var read = SeqSet.Range(Math.Max(position + 1, record.FirstSeq), record.LastSeq).Except(finished);
        Skipped = Skipped.Union(read.Except(SeqSet.Of(taken.Select(e => e.Seq))));
        position = record.LastSeq;
    }
}
