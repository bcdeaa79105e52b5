using System.Text;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Tests.Harness;

/// <summary>Journal records that tell themselves apart.</summary>
internal static class Records
{
    public static JournalRecord Make(long firstSeq, int count = 1, DateTimeOffset? time = null, int bodySize = 50)
    {
        var headers = Encoding.UTF8.GetBytes($"headers of {firstSeq} to {firstSeq + count - 1}");
        var body = new byte[bodySize];
        new Random((int)firstSeq).NextBytes(body);
        return new JournalRecord(firstSeq, count, time ?? new DateTimeOffset(2026, 3, 14, 12, 0, 0, 1, TimeSpan.Zero), Guid.NewGuid(), headers, body);
    }

    public static byte[] Totals(long seq) => Encoding.UTF8.GetBytes($"totals at {seq}");

    public static Task<StoreOutcome> Append(this IJournalStore journal, int container, JournalRecord record) =>
        journal.Append(container, record, Totals(record.LastSeq));

    /// <summary>Appends, where a test is about what comes after.</summary>
    public static async Task<JournalRecord> MustAppend(this IJournalStore journal, int container, JournalRecord record)
    {
        Assert.Equal(StoreOutcome.Committed, await journal.Append(container, record));
        return record;
    }

    public static void AssertSame(IReadOnlyList<JournalRecord> expected, IReadOnlyList<JournalRecord> actual, bool withBodies = true)
    {
        Assert.Equal(expected.Select(record => record.FirstSeq), actual.Select(record => record.FirstSeq));
        foreach (var (wanted, found) in expected.Zip(actual))
        {
            Assert.Equal((wanted.Count, wanted.Time, wanted.AppendId), (found.Count, found.Time, found.AppendId));
            Assert.Equal(wanted.Headers.ToArray(), found.Headers.ToArray());
            Assert.Equal(withBodies ? wanted.Body.ToArray() : [], found.Body.ToArray());
        }
    }

    /// <summary>Head, totals and records say the same.</summary>
    public static async Task AssertWhole(IJournalStore journal, int container, long head)
    {
        var stored = await journal.ReadHead(container);
        Assert.Equal(head, stored.Seq);
        Assert.Equal(head == 0 ? [] : Totals(head), stored.Totals.ToArray());
        var next = 1L;
        foreach (var record in await journal.Read(container, 0, int.MaxValue))
        {
            Assert.Equal(next, record.FirstSeq);
            next = record.LastSeq + 1;
        }
        Assert.Equal(head + 1, next);
    }
}
