using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Servers;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Postgres;

/// <summary>Writes that gather while another is under way go together, and each gets its own answer.</summary>
public sealed class GroupTests : IDisposable
{
    private const string Held = "held";

    private readonly PostgresHarness storage = new();

    private IBucketStore Buckets => storage.Stores.Buckets;

    private IJournalStore Journal => storage.Stores.Journal;

    public void Dispose() => storage.Dispose();

    [DatabaseFact]
    public async Task What_gathers_while_one_append_is_under_way_shares_the_next_transaction()
    {
        await Journal.MustAppend(1, Records.Make(1));
        Task<StoreOutcome> first;
        List<Task<StoreOutcome>> gathered;
        using (var held = new RowLock(storage.ConnectionString, "signalbox.heads WHERE container = 1"))
        {
            first = Journal.Append(1, Records.Make(2));
            await held.Blocks(1);
            // Twenty containers, three records each that follow one another, and one that does not.
            gathered = [.. Enumerable.Range(0, 60).Select(number => Journal.Append(2 + (number % 20), Records.Make(1 + (number / 20)))), Journal.Append(1, Records.Make(9))];
        }

        Assert.Equal(StoreOutcome.Committed, await first);
        var outcomes = await Task.WhenAll(gathered);
        Assert.Equal(60, outcomes.Count(outcome => outcome == StoreOutcome.Committed));
        Assert.Equal(StoreOutcome.Conflict, outcomes[^1]);
        Assert.Equal(1, Databases.Ask<long>(storage.ConnectionString, "SELECT count(DISTINCT xmin::text) FROM signalbox.records WHERE container >= 2"));
        for (var container = 2; container < 22; container++) await Records.AssertWhole(Journal, container, 3);
    }

    [DatabaseFact]
    public async Task I2_a_chain_whose_first_record_is_refused_is_refused_whole()
    {
        await Journal.MustAppend(1, Records.Make(1));
        await Journal.MustAppend(2, Records.Make(1));
        Task<StoreOutcome>[] chain;
        using (var held = new RowLock(storage.ConnectionString, "signalbox.heads WHERE container = 1"))
        {
            var first = Journal.Append(1, Records.Make(2));
            await held.Blocks(1);
            chain = [Journal.Append(2, Records.Make(1)), Journal.Append(2, Records.Make(2)), Journal.Append(1, Records.Make(3))];
        }

        Assert.Equal([StoreOutcome.Conflict, StoreOutcome.Conflict, StoreOutcome.Committed], await Task.WhenAll(chain));
        await Records.AssertWhole(Journal, 2, 1);
    }

    [DatabaseFact]
    public async Task I7_a_write_that_the_server_does_not_take_fails_alone()
    {
        // Longer than an index can hold, even compressed.
        var poison = new string(new Random(1).GetItems("abcdefghijklmnopqrstuvwxyz".AsSpan(), 20_000));
        var outcomes = await Gather(
            from number in Enumerable.Range(0, 40)
            select Buckets.Reserve(number == 13 ? poison : $"quota-{number}", DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch));

        Assert.True(outcomes[13].IsFaulted);
        Assert.All(outcomes.Where((_, number) => number != 13), outcome => Assert.Equal(StoreOutcome.Committed, outcome.Result));
    }

    [DatabaseFact]
    public async Task I7_a_row_that_somebody_else_keeps_locked_fails_alone()
    {
        await Buckets.Reserve("locked", DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch);
        using var kept = new RowLock(storage.ConnectionString, "signalbox.buckets WHERE quota_key = 'locked'");

        var outcomes = await Gather(
            from key in new[] { "a", "locked", "z" }
            select Buckets.Reserve(key, key == "locked" ? DateTimeOffset.UnixEpoch : DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch.AddSeconds(1)));

        Assert.Equal([StoreOutcome.Committed, StoreOutcome.Failed, StoreOutcome.Committed], outcomes.Select(outcome => outcome.Result));
    }

    [DatabaseFact]
    public async Task Groups_of_two_processes_that_share_containers_never_wait_for_each_other_in_a_circle()
    {
        await using var other = storage.Open();
        IJournalStore[] journals = [Journal, other.Stores.Journal];
        var containers = Enumerable.Range(1, 400).ToList();
        await Journal.MustAppend(0, Records.Make(1));
        await Task.WhenAll(containers.Select(container => Journal.Append(container, Records.Make(1))));

        for (var seq = 2; seq <= 4; seq++)
        {
            List<Task<(int Container, StoreOutcome Outcome)>> appends = [];
            var first = new RowLock(storage.ConnectionString, "signalbox.heads WHERE container = 0");
            var middle = new RowLock(storage.ConnectionString, "signalbox.heads WHERE container = 200");
            foreach (var journal in journals) _ = journal.Append(0, Records.Make(seq));
            await first.Blocks(2);
            // One group each gathers now, with the same containers in opposite orders. Both come as far as the middle, and then go on.
            appends.AddRange(containers.Select(container => Append(journals[0], container, seq)));
            appends.AddRange(containers.AsEnumerable().Reverse().Select(container => Append(journals[1], container, seq)));
            first.Dispose();
            await middle.Blocks(2);
            middle.Dispose();

            foreach (var rivals in (await Task.WhenAll(appends)).GroupBy(result => result.Container))
            {
                Assert.Equal([StoreOutcome.Committed, StoreOutcome.Conflict], rivals.Select(result => result.Outcome).Order());
            }
        }
        foreach (var container in containers) await Records.AssertWhole(Journal, container, 4);

        static async Task<(int, StoreOutcome)> Append(IJournalStore journal, int container, int seq) => (container, await journal.Append(container, Records.Make(seq)));
    }

    [DatabaseFact]
    public async Task I2_of_two_processes_on_one_container_exactly_one_wins_each_seq()
    {
        await using var other = storage.Open();
        var acknowledged = await Task.WhenAll(new[] { Journal, other.Stores.Journal }.Select(journal => Task.Run(async () =>
        {
            var own = new List<JournalRecord>();
            while (own.Count < 100)
            {
                var record = Records.Make((await journal.ReadHead(1)).Seq + 1);
                var outcome = await journal.Append(1, record);
                Assert.True(outcome is StoreOutcome.Committed or StoreOutcome.Conflict, $"{outcome}");
                if (outcome == StoreOutcome.Committed) own.Add(record);
            }
            return own;
        })));

        await Records.AssertWhole(Journal, 1, 200);
        Records.AssertSame([.. acknowledged.SelectMany(own => own).OrderBy(record => record.FirstSeq)], await Journal.Read(1, 0, int.MaxValue));
    }

    [DatabaseFact]
    public async Task Words_that_text_cannot_hold_are_no_obstacle()
    {
        await storage.Stores.Registry.Register([new("shop", ["meta"])], _ => Task.FromResult(0L), () => new byte[16]);
        var key = new DestinationKey(1, 1);
        var row = (await storage.Stores.Destinations.Read(key))! with { Version = 2, Stop = new Stop(StopReason.Failing, DateTimeOffset.UnixEpoch, "a\0b\ud83d", "") };
        var parked = new ParkedCall("a", SeqSet.Of([1]), DateTimeOffset.UnixEpoch, 1, DateTimeOffset.UnixEpoch, "\0", false, default);
        var call = new LoggedCall("a", DateTimeOffset.UnixEpoch, TimeSpan.Zero, SeqSet.Of([1]), CallOutcome.Parked, 400, "cut \ud83d", false);

        Assert.Equal(StoreOutcome.Committed, await storage.Stores.Destinations.Commit(new DestinationCommit(row, [parked], [], [call])));
        Assert.Equal("a\uFFFDb\uFFFD", (await storage.Stores.Destinations.Read(key))!.Stop!.Words);
        Assert.Equal("cut \uFFFD", Assert.Single(await storage.Stores.Destinations.ReadCalls(key, 1)).Words);

        var visitor = new VisitorRow(new VisitorKey(1, "a\0b"), 1, DateTimeOffset.UnixEpoch, new byte[1]);
        Assert.Equal(StoreOutcome.Committed, await storage.Stores.Visitors.Write(visitor));
        Assert.Equal([true, false], (await storage.Stores.Visitors.Read([new(1, "a\0b"), new(1, "a\0c")])).Select(found => found is not null));
    }

    [DatabaseFact]
    public async Task Writes_that_are_waiting_are_finished_before_the_database_is_left_and_none_is_taken_after()
    {
        var journal = Journal;
        var writes = Enumerable.Range(1, 200).Select(seq => journal.Append(1, Records.Make(seq))).ToList();

        storage.Reopen();

        Assert.All(await Task.WhenAll(writes), outcome => Assert.Equal(StoreOutcome.Committed, outcome));
        Assert.Equal(StoreOutcome.Failed, await journal.Append(1, Records.Make(201)));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => journal.ReadHead(1));
        await Records.AssertWhole(Journal, 1, 200);
    }

    [DatabaseFact]
    public async Task A_registration_without_room_throws_and_registers_nothing()
    {
        storage.CapacityBytes = 0;
        await Assert.ThrowsAsync<StoreUnavailableException>(Register);
        Assert.Empty(await storage.Stores.Destinations.ReadOpen());

        storage.CapacityBytes = long.MaxValue;
        Assert.Equal(1, (await Register()).Containers["shop"].Number);

        Task<Registration> Register() => storage.Stores.Registry.Register([new("shop", ["meta"])], _ => Task.FromResult(0L), () => new byte[16]);
    }

    /// <summary>Holds a first reservation until all of these are waiting for the next group.</summary>
    private async Task<List<Task<StoreOutcome>>> Gather(IEnumerable<Task<StoreOutcome>> reservations)
    {
        await Buckets.Reserve(Held, DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch);
        List<Task<StoreOutcome>> gathered;
        using (var held = new RowLock(storage.ConnectionString, $"signalbox.buckets WHERE quota_key = '{Held}'"))
        {
            _ = Buckets.Reserve(Held, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(1));
            await held.Blocks(1);
            gathered = [.. reservations];
        }
        await Task.WhenAll(gathered).ContinueWith(_ => { }, TaskScheduler.Default);
        return gathered;
    }
}
