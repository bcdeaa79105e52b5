using Signalbox.Core.Ports;

namespace Signalbox.Storage.Memory;

internal sealed class MemoryJournalStore(MemorySpace space) : IJournalStore
{
    private static readonly JournalHead NoHead = new(0, DateTimeOffset.MinValue, default);

    private readonly Dictionary<int, ContainerJournal> journals = [];

    public Task<JournalHead> ReadHead(int container)
    {
        lock (space.Gate)
        {
            return Task.FromResult(journals.GetValueOrDefault(container)?.Head ?? NoHead);
        }
    }

    public Task<StoreOutcome> Append(int container, JournalRecord record, ReadOnlyMemory<byte> totals)
    {
        lock (space.Gate)
        {
            var journal = journals.GetValueOrDefault(container) ?? new ContainerJournal();
            if (journal.Head.Seq != record.FirstSeq - 1) return Task.FromResult(StoreOutcome.Conflict);
            if (!space.TryTake(Size(record) + totals.Length - journal.Head.Totals.Length)) return Task.FromResult(StoreOutcome.Failed);
            journals[container] = journal;
            // Copied, because a writer may use its buffers again once it has the answer.
            journal.Records.Add(record with { Headers = record.Headers.ToArray(), Body = record.Body.ToArray() });
            journal.Head = new JournalHead(record.LastSeq, record.Time, totals.ToArray());
            return Task.FromResult(StoreOutcome.Committed);
        }
    }

    public Task<IReadOnlyList<JournalRecord>> Read(int container, long afterSeq, int maxBytes)
    {
        lock (space.Gate)
        {
            var found = new List<JournalRecord>();
            var bytes = 0L;
            foreach (var record in RecordsAfter(container, afterSeq))
            {
                bytes += record.Body.Length;
                if (bytes > maxBytes && found.Count > 0) break;
                found.Add(record);
            }
            return Task.FromResult<IReadOnlyList<JournalRecord>>(found);
        }
    }

    public Task<IReadOnlyList<JournalRecord>> ReadHeaders(int container, long afterSeq, DateTimeOffset since, int maxRecords)
    {
        lock (space.Gate)
        {
            return Task.FromResult<IReadOnlyList<JournalRecord>>(
                [.. RecordsAfter(container, afterSeq).Where(record => record.Time >= since).Take(maxRecords).Select(WithoutBody)]);
        }
    }

    public Task<JournalRecord?> FindHeaders(int container, long seq)
    {
        lock (space.Gate)
        {
            var next = RecordsAfter(container, seq - 1).FirstOrDefault();
            return Task.FromResult(next is not null && next.FirstSeq <= seq ? WithoutBody(next) : null);
        }
    }

    public Task DropBefore(DateTimeOffset before)
    {
        lock (space.Gate)
        {
            foreach (var journal in journals.Values)
            {
                var kept = journal.Records.FindIndex(record => record.Time >= before);
                var dropped = kept < 0 ? journal.Records.Count : kept;
                space.TryTake(-journal.Records.Take(dropped).Sum(Size));
                journal.Records.RemoveRange(0, dropped);
            }
            return Task.CompletedTask;
        }
    }

    private static long Size(JournalRecord record) => 64 + record.Headers.Length + record.Body.Length;

    private static JournalRecord WithoutBody(JournalRecord record) => record with { Body = default };

    private IEnumerable<JournalRecord> RecordsAfter(int container, long afterSeq)
    {
        if (!journals.TryGetValue(container, out var journal)) yield break;
        for (var index = FirstEndingAfter(journal.Records, afterSeq); index < journal.Records.Count; index++)
        {
            yield return journal.Records[index];
        }
    }

    private static int FirstEndingAfter(List<JournalRecord> records, long seq)
    {
        var low = 0;
        var high = records.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (records[middle].LastSeq > seq) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    private sealed class ContainerJournal
    {
        public JournalHead Head { get; set; } = NoHead;

        public List<JournalRecord> Records { get; } = [];
    }
}
