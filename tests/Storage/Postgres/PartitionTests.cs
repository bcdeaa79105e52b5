using Signalbox.Core.Ports;
using Signalbox.Servers;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Postgres;

public sealed class PartitionTests : IDisposable
{
    private const int Shop = 7;

    private readonly PostgresHarness storage = new();

    private IJournalStore Journal => storage.Stores.Journal;

    private string[] Partitions => Databases.Ask<string[]>(
        storage.ConnectionString,
        "SELECT array_agg(relname::text ORDER BY relname) FROM pg_class WHERE relname LIKE 'records\\_%' AND relkind = 'r' AND relnamespace = 'signalbox'::regnamespace") ?? [];

    public void Dispose() => storage.Dispose();

    [DatabaseFact]
    public async Task Days_are_made_ahead_and_by_a_record_that_has_none_and_go_whole()
    {
        Assert.Equal(["records_2026_03_14", "records_2026_03_15"], Partitions);
        await Journal.MustAppend(Shop, Records.Make(1, time: new DateTimeOffset(2026, 3, 12, 23, 59, 59, 999, TimeSpan.Zero)));
        await Journal.MustAppend(Shop, Records.Make(2, time: new DateTimeOffset(2026, 3, 14, 1, 0, 0, TimeSpan.FromHours(2))));
        await Journal.MustAppend(Shop, Records.Make(3, time: storage.Time.Now));
        Assert.Equal(["records_2026_03_12", "records_2026_03_13", "records_2026_03_14", "records_2026_03_15"], Partitions);

        storage.Time.Now += TimeSpan.FromDays(1);
        await Journal.DropBefore(new DateTimeOffset(2026, 3, 14, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal(["records_2026_03_14", "records_2026_03_15", "records_2026_03_16"], Partitions);
        Assert.Equal(3, Assert.Single(await Journal.Read(Shop, 0, int.MaxValue)).FirstSeq);
    }

    [DatabaseFact]
    public async Task Processes_that_meet_a_new_day_at_the_same_time_make_it_once()
    {
        var others = new[] { storage.Open(), storage.Open(), storage.Open() };
        var stores = others.Select(other => other.Stores.Journal).Append(Journal).ToList();
        for (var day = 1; day <= 10; day++)
        {
            var time = storage.Time.Now.AddDays(2 + day);
            var outcomes = await Task.WhenAll(stores.Select((journal, number) => Task.Run(() => journal.Append(number, Records.Make(day, time: time)))));
            Assert.All(outcomes, outcome => Assert.Equal(StoreOutcome.Committed, outcome));
        }
        foreach (var other in others) await other.DisposeAsync();
    }

    [DatabaseFact]
    public async Task A_day_that_another_process_dropped_is_made_again_for_a_record_that_is_late()
    {
        var late = storage.Time.Now.AddDays(-9);
        await Journal.MustAppend(Shop, Records.Make(1, time: late));
        await using (var other = storage.Open()) await other.Stores.Journal.DropBefore(new DateTimeOffset(2026, 3, 14, 0, 0, 0, TimeSpan.Zero));

        await Journal.MustAppend(Shop, Records.Make(2, time: late));

        Assert.Equal(2, Assert.Single(await Journal.Read(Shop, 0, int.MaxValue)).FirstSeq);
    }

    [DatabaseFact]
    public async Task I7_a_day_that_is_being_read_is_dropped_another_time_and_appends_do_not_wait_for_it()
    {
        await Journal.MustAppend(Shop, Records.Make(1, time: storage.Time.Now.AddDays(-3)));
        using (new RowLock(storage.ConnectionString, "signalbox.records"))
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => Journal.DropBefore(storage.Time.Now.AddHours(-12)));
            await Journal.MustAppend(Shop, Records.Make(2, time: storage.Time.Now));
            // Neither does making a day.
            await Journal.MustAppend(Shop, Records.Make(3, time: storage.Time.Now.AddDays(20)));
        }

        await Journal.DropBefore(storage.Time.Now.AddHours(-12));
        Assert.Equal(2, (await Journal.Read(Shop, 0, int.MaxValue))[0].FirstSeq);
    }

    [DatabaseFact]
    public async Task A_read_is_whole_however_many_records_there_are()
    {
        const int count = 2_500;
        var appends = Enumerable.Range(1, count).Select(seq => Journal.Append(Shop, Records.Make(seq, bodySize: seq % 100 == 0 ? 5_000 : 0)));
        Assert.All(await Task.WhenAll(appends), outcome => Assert.Equal(StoreOutcome.Committed, outcome));

        await Records.AssertWhole(Journal, Shop, count);
        Assert.Equal(999, (await Journal.Read(Shop, 0, 45_000))[^1].FirstSeq);
        Assert.Equal(99, (await Journal.Read(Shop, 0, 0))[^1].FirstSeq);
        Assert.Equal(100, Assert.Single(await Journal.Read(Shop, 99, 0)).FirstSeq);
        Assert.Equal(count, (await Journal.ReadHeaders(Shop, 0, DateTimeOffset.MinValue, int.MaxValue)).Count);
    }

    [DatabaseFact]
    public async Task A_body_that_would_matter_to_who_reads_headers_stands_apart_as_it_is()
    {
        await Journal.MustAppend(Shop, Records.Make(1) with { Body = new byte[1_000_000] });

        // The rows themselves, and with what stands apart.
        Assert.InRange(Databases.Ask<long>(storage.ConnectionString, "SELECT pg_relation_size('signalbox.records_2026_03_14')"), 1, 8_192);
        Assert.InRange(Databases.Ask<long>(storage.ConnectionString, "SELECT pg_table_size('signalbox.records_2026_03_14')"), 1_000_000, 1_200_000);
    }
}
