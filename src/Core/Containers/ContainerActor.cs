using Signalbox.Core.Ports;
using Signalbox.Core.Scheduling;
using Signalbox.Core.Telemetry;

namespace Signalbox.Core.Containers;

/// <summary>
/// Accepts a container's events: deduplicates them, appends them to the journal, and tells the destinations. Every answer rests on what the
/// store said; memory only saves questions. A second activation of the same container is harmless: one of the two meets a conflict, reads
/// what the other wrote, and decides again.
/// </summary>
public sealed class ContainerActor : IContainer, IDisposable
{
    /// <summary>Bytes of events that may wait for the journal before callers are turned away.</summary>
    public const long MaxPendingBytes = 64 << 20;

    private const long MaxRecordBytes = 4 << 20;

    // A store that leaves this many appends of one record unanswered in a row is as good as away.
    private const int MaxAppendAttempts = 8;

    private readonly int number;
    private readonly string id;
    private readonly IJournalStore journal;
    private readonly IActors actors;
    private readonly IConfigurationSource configuration;
    private readonly TimeProvider time;
    private readonly Random random;
    private readonly EventIds ids;
    private readonly JournalMirror mirror;
    private readonly Dictionary<UInt128, Submission.Entry> pending = [];
    private readonly Collector<Submission> appends;
    private long pendingBytes;

    /// <param name="container">The container as configured when the actor is activated; its key and number never change.</param>
    public ContainerActor(
        Container container, IJournalStore journal, IActors actors, IConfigurationSource configuration, TimeProvider time, Random random)
    {
        number = container.Number;
        id = container.Id;
        this.journal = journal;
        this.actors = actors;
        this.configuration = configuration;
        this.time = time;
        this.random = random;
        ids = new EventIds(container.DigestKey);
        mirror = new JournalMirror(number, journal, () => configuration.Current.FindContainer(number)?.DedupeWindow ?? container.DedupeWindow, time);
        appends = new Collector<Submission>(Append);
    }

    public async Task<IReadOnlyList<Acceptance>> Accept(IReadOnlyList<NewEvent> events)
    {
        using var span = Traces.Accept(id, events);
        var submission = new Submission(events, span?.Context ?? default);
        if (pendingBytes + submission.Bytes > MaxPendingBytes || !await mirror.Load())
        {
            Refuse(submission.Entries);
            return await submission.Answered;
        }
        pendingBytes += submission.Bytes;
        try
        {
            var hits = Register(submission);
            if (hits is null || await Verify(hits)) _ = appends.Add(submission);
            else Refuse(submission.Entries);
            return await submission.Answered;
        }
        finally
        {
            pendingBytes -= submission.Bytes;
        }
    }

    public void Dispose() => ids.Dispose();

    /// <summary>Enters the events' ids as pending, or behind those that are. Returns the entries whose ids may be in the window already.</summary>
    private List<(Submission.Entry Entry, List<long> Seqs)>? Register(Submission submission)
    {
        List<(Submission.Entry, List<long>)>? hits = null;
        foreach (var entry in submission.Entries)
        {
            var header = entry.Event.Header;
            if (!header.Deduplicates) continue;
            if (pending.TryGetValue(header.Digest, out var first)) entry.Follow(first);
            else
            {
                pending.Add(header.Digest, entry);
                if (mirror.Window.Find(header.Digest) is { } seqs) (hits ??= []).Add((entry, seqs));
            }
        }
        return hits;
    }

    /// <summary>Answers the entries that the journal confirms as duplicates.</summary>
    /// <returns>False when the journal cannot be read.</returns>
    private async Task<bool> Verify(List<(Submission.Entry Entry, List<long> Seqs)> hits)
    {
        try
        {
            foreach (var (entry, seqs) in hits)
            {
                foreach (var seq in seqs)
                {
                    var record = await journal.FindHeaders(number, seq);
                    if (record is null) continue;
                    var known = RecordCodec.Decode(record.Headers.Span)[(int)(seq - record.FirstSeq)].Header;
                    if (AnswerIfDuplicate(entry, known, seq, record.Time)) break;
                }
            }
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private bool AnswerIfDuplicate(Submission.Entry entry, EventHeader known, long seq, DateTimeOffset acceptedAt)
    {
        if (!known.Deduplicates || known.Digest != entry.Event.Header.Digest || Now() - acceptedAt >= DedupeWindow) return false;
        Answer(entry, new Acceptance(AcceptStatus.Duplicate, ids.Make(seq), acceptedAt));
        return true;
    }

    private async Task Append(IReadOnlyList<Submission> submissions)
    {
        try
        {
            await AppendAll(submissions);
        }
        catch (Exception bug)
        {
            // Whoever waits is told, and nobody after them waits for events that nobody appends any more.
            foreach (var submission in submissions)
            {
                submission.Fail(bug);
                Refuse(submission.Entries);
            }
        }
    }

    private async Task AppendAll(IReadOnlyList<Submission> submissions)
    {
        var next = 0;
        while (next < submissions.Count)
        {
            // A submission is never split: it goes whole into this record or into the next.
            var entries = new List<Submission.Entry>();
            var bytes = 0L;
            do
            {
                entries.AddRange(submissions[next].Entries);
                bytes += submissions[next++].Bytes;
            }
            while (next < submissions.Count && bytes + submissions[next].Bytes <= MaxRecordBytes);
            await AppendRecord(entries);
        }
    }

    private async Task AppendRecord(List<Submission.Entry> entries)
    {
        using var span = Traces.Append(id, entries);

        // Records that may have been written although no answer came, by append id.
        Dictionary<Guid, PendingRecord>? unanswered = null;
        for (var attempts = 0; attempts < MaxAppendAttempts; attempts++)
        {
            entries.RemoveAll(entry => entry.IsAnswered || entry.IsFollower);
            if (entries.Count == 0) return;
            var attempt = PendingRecord.Build(entries, mirror.Head, Now(), NewGuid());
            switch (await journal.Append(number, attempt.Record, attempt.Totals.ToBytes()))
            {
                case StoreOutcome.Committed:
                    mirror.Advance(attempt.Record, attempt.Totals);
                    Traces.End(span, attempt.Record);
                    Confirm(attempt);
                    return;
                case StoreOutcome.Failed:
                    Refuse(entries);
                    return;
                case StoreOutcome.Unknown:
                    (unanswered ??= []).Add(attempt.Record.AppendId, attempt);
                    break;
            }

            // The head is not where it was thought to be, or nobody knows: only the journal can tell what became of these events.
            if (!await mirror.CatchUp(record => Recognise(record, unanswered))) break;
        }
        Refuse(entries);
    }

    /// <summary>Answers pending entries from a record found in the journal: our own unanswered one, or another activation's.</summary>
    private void Recognise(JournalRecord record, Dictionary<Guid, PendingRecord>? unanswered)
    {
        if (unanswered is not null && unanswered.Remove(record.AppendId, out var own))
        {
            Confirm(own);
            return;
        }
        var reader = new RecordReader(record.Headers.Span);
        while (reader.Next())
        {
            if (!reader.Deduplicates || !pending.TryGetValue(reader.Digest, out var entry)) continue;
            Answer(entry, new Acceptance(AcceptStatus.Duplicate, ids.Make(record.FirstSeq + reader.Index), record.Time));
        }
    }

    private void Confirm(PendingRecord committed)
    {
        for (var index = 0; index < committed.Entries.Count; index++)
        {
            var id = ids.Make(committed.Record.FirstSeq + index);
            Answer(committed.Entries[index], new Acceptance(AcceptStatus.Accepted, id, committed.Record.Time));
        }
        foreach (var destination in committed.QueuedFor)
        {
            // Nobody relies on being woken: what is missed here, the next sweep finds.
            _ = actors.Destination(new(number, destination)).Offer(committed.Record);
        }
    }

    private void Answer(Submission.Entry entry, Acceptance answer)
    {
        if (entry.IsAnswered) return;
        var header = entry.Event.Header;
        if (header.Deduplicates && pending.TryGetValue(header.Digest, out var first) && first == entry) pending.Remove(header.Digest);
        entry.Answer(answer);
    }

    private void Refuse(IEnumerable<Submission.Entry> entries)
    {
        foreach (var entry in entries)
        {
            if (!entry.IsFollower) Answer(entry, new Acceptance(AcceptStatus.Unavailable, "", default));
        }
    }

    private TimeSpan DedupeWindow => configuration.Current.FindContainer(number)?.DedupeWindow ?? TimeSpan.MaxValue;

    /// <summary>The container's time, which never runs backwards, in whole milliseconds.</summary>
    private DateTimeOffset Now()
    {
        var now = time.GetUtcMilliseconds();
        return now > mirror.Head.Time ? now : mirror.Head.Time;
    }

    private Guid NewGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
