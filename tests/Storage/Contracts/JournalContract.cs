using Signalbox.Core.Ports;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Contracts;

public sealed class MemoryJournal : JournalContract<MemoryHarness>;

public sealed class SqliteJournal : JournalContract<SqliteHarness>;

public sealed class PostgresJournal : JournalContract<PostgresHarness>;

public abstract class JournalContract<THarness> : IDisposable
    where THarness : IStorageHarness, new()
{
    private const int Shop = 7;

    private readonly THarness storage = new();

    private IJournalStore Journal => storage.Stores.Journal;

    public void Dispose() => storage.Dispose();

    [ContractFact]
    public async Task An_unknown_container_has_an_empty_journal()
    {
        var head = await Journal.ReadHead(Shop);

        Assert.Equal((0, DateTimeOffset.MinValue, 0), (head.Seq, head.Time, head.Totals.Length));
        Assert.Empty(await Journal.Read(Shop, 0, int.MaxValue));
        Assert.Empty(await Journal.ReadHeaders(Shop, 0, DateTimeOffset.MinValue, int.MaxValue));
        Assert.Null(await Journal.FindHeaders(Shop, 1));
    }

    [ContractFact]
    public async Task I1_what_was_appended_is_there_after_a_restart()
    {
        var first = await Journal.MustAppend(Shop, Records.Make(1, count: 3));
        var second = await Journal.MustAppend(Shop, Records.Make(4, count: 2, first.Time.AddMilliseconds(1), bodySize: 20_000));
        var empty = await Journal.MustAppend(Shop, Records.Make(6, bodySize: 0));

        storage.Reopen();

        Records.AssertSame([first, second, empty], await Journal.Read(Shop, 0, int.MaxValue));
        var head = await Journal.ReadHead(Shop);
        Assert.Equal((6, empty.Time), (head.Seq, head.Time));
        Assert.Equal(Records.Totals(6), head.Totals.ToArray());
    }

    [ContractFact]
    public async Task I2_a_second_writer_of_the_same_seq_is_refused()
    {
        var first = await Journal.MustAppend(Shop, Records.Make(1, count: 3));

        Assert.Equal(StoreOutcome.Conflict, await Journal.Append(Shop, Records.Make(1)));
        Assert.Equal(StoreOutcome.Conflict, await Journal.Append(Shop, Records.Make(3)));

        await Records.AssertWhole(Journal, Shop, head: 3);
        Records.AssertSame([first], await Journal.Read(Shop, 0, int.MaxValue));
    }

    [ContractFact]
    public async Task I2_an_append_that_would_leave_a_gap_is_refused()
    {
        Assert.Equal(StoreOutcome.Conflict, await Journal.Append(Shop, Records.Make(2)));
        await Journal.MustAppend(Shop, Records.Make(1));
        Assert.Equal(StoreOutcome.Conflict, await Journal.Append(Shop, Records.Make(3)));

        await Records.AssertWhole(Journal, Shop, head: 1);
    }

    [ContractFact]
    public async Task I2_of_writers_at_the_same_time_exactly_one_wins_each_seq()
    {
        for (var seq = 1; seq <= 50; seq++)
        {
            var rivals = Enumerable.Range(0, 8).Select(_ => Records.Make(seq)).ToList();
            var outcomes = await Task.WhenAll(rivals.Select(rival => Task.Run(() => Journal.Append(Shop, rival))));

            Assert.Single(outcomes, StoreOutcome.Committed);
            Assert.Equal(7, outcomes.Count(outcome => outcome == StoreOutcome.Conflict));
            var winner = rivals[Array.IndexOf(outcomes, StoreOutcome.Committed)];
            Records.AssertSame([winner], await Journal.Read(Shop, seq - 1, int.MaxValue));
        }
    }

    [ContractFact]
    public async Task Containers_share_nothing_however_their_appends_mix()
    {
        var containers = Enumerable.Range(1, 20).ToList();

        await Task.WhenAll(containers.Select(container => Task.Run(async () =>
        {
            for (var seq = 1; seq <= 30; seq++) await Journal.MustAppend(container, Records.Make(seq));
        })));

        foreach (var container in containers) await Records.AssertWhole(Journal, container, head: 30);
    }

    [ContractFact]
    public async Task A_writer_may_use_its_buffers_again_after_the_answer()
    {
        var body = new byte[] { 1, 2, 3 };
        await Journal.MustAppend(Shop, Records.Make(1) with { Body = body });
        body[0] = 9;

        Assert.Equal([1, 2, 3], (await Journal.Read(Shop, 0, int.MaxValue)).Single().Body.ToArray());
    }

    [ContractFact]
    public async Task A_read_starts_with_the_record_that_holds_the_next_seq()
    {
        var records = await AppendSeveral();

        Records.AssertSame(records, await Journal.Read(Shop, 0, int.MaxValue));
        Records.AssertSame(records, await Journal.Read(Shop, 2, int.MaxValue));
        Records.AssertSame(records[1..], await Journal.Read(Shop, 3, int.MaxValue));
        Records.AssertSame(records[2..], await Journal.Read(Shop, 4, int.MaxValue));
        Assert.Empty(await Journal.Read(Shop, 9, int.MaxValue));
        Assert.Empty(await Journal.Read(Shop, 99, int.MaxValue));
    }

    [ContractFact]
    public async Task A_read_ends_before_its_bodies_exceed_the_bytes_but_gives_one_record_at_least()
    {
        var records = await AppendSeveral();

        Records.AssertSame(records[..2], await Journal.Read(Shop, 0, maxBytes: 100));
        Records.AssertSame(records[..1], await Journal.Read(Shop, 0, maxBytes: 99));
        Records.AssertSame(records[..1], await Journal.Read(Shop, 0, maxBytes: 1));
        Records.AssertSame(records[2..3], await Journal.Read(Shop, 4, maxBytes: 0));
    }

    [ContractFact]
    public async Task Headers_come_without_bodies_from_a_seq_and_a_time_on_and_so_many_at_the_most()
    {
        var records = await AppendSeveral();

        Records.AssertSame(records, await Journal.ReadHeaders(Shop, 0, DateTimeOffset.MinValue, int.MaxValue), withBodies: false);
        Records.AssertSame(records[1..], await Journal.ReadHeaders(Shop, 0, records[1].Time, int.MaxValue), withBodies: false);
        Records.AssertSame(records[2..], await Journal.ReadHeaders(Shop, 4, records[1].Time, int.MaxValue), withBodies: false);
        Records.AssertSame(records[1..3], await Journal.ReadHeaders(Shop, 3, DateTimeOffset.MinValue, maxRecords: 2), withBodies: false);
        Assert.Empty(await Journal.ReadHeaders(Shop, 0, records[^1].Time.AddTicks(1), int.MaxValue));
        Assert.Empty(await Journal.ReadHeaders(Shop, 9, DateTimeOffset.MinValue, int.MaxValue));
    }

    [ContractFact]
    public async Task The_record_of_any_seq_is_found_by_its_headers()
    {
        var records = await AppendSeveral();

        foreach (var record in records)
        {
            for (var seq = record.FirstSeq; seq <= record.LastSeq; seq++)
            {
                Records.AssertSame([record], [(await Journal.FindHeaders(Shop, seq))!], withBodies: false);
            }
        }
        Assert.Null(await Journal.FindHeaders(Shop, 10));
        Assert.Null(await Journal.FindHeaders(Shop, 0));
    }

    [ContractFact]
    public async Task Reads_and_numbering_go_on_across_midnights()
    {
        var records = await AppendOverDays(days: 4);

        await Records.AssertWhole(Journal, Shop, head: 12);
        Records.AssertSame(records, await Journal.Read(Shop, 0, int.MaxValue));
        Records.AssertSame(records[5..], await Journal.Read(Shop, 5, int.MaxValue));
        Records.AssertSame(records[2..5], await Journal.Read(Shop, 2, maxBytes: 150));
        Records.AssertSame(records[4..9], await Journal.ReadHeaders(Shop, 4, DateTimeOffset.MinValue, maxRecords: 5), withBodies: false);
        Records.AssertSame(records[7..], await Journal.ReadHeaders(Shop, 0, records[7].Time, int.MaxValue), withBodies: false);
        foreach (var record in records)
        {
            Records.AssertSame([record], [(await Journal.FindHeaders(Shop, record.FirstSeq))!], withBodies: false);
        }
        Assert.Equal(StoreOutcome.Conflict, await Journal.Append(Shop, Records.Make(12)));

        storage.Reopen();
        Records.AssertSame(records, await Journal.Read(Shop, 0, int.MaxValue));
    }

    [ContractFact]
    public async Task A_container_that_rested_for_days_keeps_its_head_and_its_records()
    {
        const int resting = 8;
        var old = await Journal.MustAppend(resting, Records.Make(1, time: storage.Time.Now));
        await AppendOverDays(days: 3);

        Records.AssertSame([old], await Journal.Read(resting, 0, int.MaxValue));
        Records.AssertSame([old], [(await Journal.FindHeaders(resting, 1))!], withBodies: false);
        Assert.Equal(StoreOutcome.Conflict, await Journal.Append(resting, Records.Make(1)));
        await Journal.MustAppend(resting, Records.Make(2, time: storage.Time.Now));
        await Records.AssertWhole(Journal, resting, head: 2);
    }

    [ContractFact]
    public async Task Days_that_are_dropped_are_gone_and_the_rest_and_the_head_stay()
    {
        var records = await AppendOverDays(days: 4);

        await Journal.DropBefore(Midnight(storage.Time.Now).AddDays(-1));

        for (var round = 0; round < 2; round++)
        {
            Records.AssertSame(records[6..], await Journal.Read(Shop, 0, int.MaxValue));
            Records.AssertSame(records[6..], await Journal.ReadHeaders(Shop, 2, DateTimeOffset.MinValue, int.MaxValue), withBodies: false);
            Assert.Null(await Journal.FindHeaders(Shop, 6));
            Assert.Equal(7, (await Journal.FindHeaders(Shop, 7))!.FirstSeq);
            Assert.Equal(12, (await Journal.ReadHead(Shop)).Seq);
            storage.Reopen();
        }
    }

    [ContractFact]
    public async Task I2_the_head_outlives_all_records()
    {
        await AppendOverDays(days: 2);
        storage.Time.Now += TimeSpan.FromDays(20);

        await Journal.DropBefore(Midnight(storage.Time.Now));
        storage.Reopen();

        Assert.Empty(await Journal.Read(Shop, 0, int.MaxValue));
        var head = await Journal.ReadHead(Shop);
        Assert.Equal(6, head.Seq);
        Assert.Equal(Records.Totals(6), head.Totals.ToArray());
        Assert.Equal(StoreOutcome.Conflict, await Journal.Append(Shop, Records.Make(1)));
        await Journal.MustAppend(Shop, Records.Make(7));
    }

    [ContractFact]
    public async Task A_clock_that_is_set_back_loses_and_reorders_nothing()
    {
        var records = await AppendOverDays(days: 2);
        storage.Time.Now -= TimeSpan.FromDays(5);

        records.Add(await Journal.MustAppend(Shop, Records.Make(7, time: records[^1].Time)));
        storage.Reopen();
        records.Add(await Journal.MustAppend(Shop, Records.Make(8, time: records[^1].Time)));

        Records.AssertSame(records, await Journal.Read(Shop, 0, int.MaxValue));
    }

    private static DateTimeOffset Midnight(DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);

    /// <summary>Seqs 1–3, 4, 5–6, 7–9, a minute apart, of 50 bytes each.</summary>
    private async Task<List<JournalRecord>> AppendSeveral()
    {
        var records = new List<JournalRecord>();
        foreach (var (first, count) in new[] { (1, 3), (4, 1), (5, 2), (7, 3) })
        {
            records.Add(await Journal.MustAppend(Shop, Records.Make(first, count, storage.Time.Now.AddMinutes(records.Count))));
        }
        return records;
    }

    /// <summary>Three records of one event and 50 bytes on each day; the clock then stands on the last one.</summary>
    private async Task<List<JournalRecord>> AppendOverDays(int days)
    {
        var records = new List<JournalRecord>();
        for (var day = 0; day < days; day++)
        {
            if (day > 0) storage.Time.Now += TimeSpan.FromDays(1);
            for (var number = 0; number < 3; number++)
            {
                records.Add(await Journal.MustAppend(Shop, Records.Make(records.Count + 1, time: storage.Time.Now.AddMinutes(number))));
            }
        }
        return records;
    }
}
