using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Contracts;

public sealed class MemoryDestinations : DestinationContract<MemoryHarness>;

public sealed class SqliteDestinations : DestinationContract<SqliteHarness>;

public sealed class PostgresDestinations : DestinationContract<PostgresHarness>;

public abstract class DestinationContract<THarness> : IDisposable
    where THarness : IStorageHarness, new()
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);
    private static readonly DestinationKey Meta = new(1, 1);
    private static readonly DestinationKey Hook = new(1, 2);

    private readonly THarness storage = new();

    private IDestinationStore Destinations => storage.Stores.Destinations;

    public void Dispose() => storage.Dispose();

    [ContractFact]
    public async Task A_destination_that_was_never_registered_has_no_row_and_takes_no_commit()
    {
        Assert.Null(await Destinations.Read(Meta));
        Assert.Equal(StoreOutcome.Conflict, await Destinations.Commit(Change(DestinationRow.New(Meta, 0) with { Version = 2 })));
        Assert.Null(await Destinations.Read(Meta));
    }

    [ContractFact]
    public async Task I1_every_part_of_a_commit_is_there_after_a_restart()
    {
        await Register();
        var row = new DestinationRow(
            Meta, 2, 17, SeqSet.Of([19, 20, 25]), 30, -4_611_686_018_427_387_904, Noon.AddTicks(12_345),
            new Stop(StopReason.Unauthorised, DateTimeOffset.MaxValue, "token expired", "ab12"),
            new DeliveryCounts(1, 2, 3, 4, 5, 6, 7), false);
        var parked = Parked("call-1", Noon) with { Seqs = SeqSet.Of([3, 5]), InFlight = true, Copy = new byte[] { 1, 2, 3 } };
        var call = new LoggedCall("call-1", Noon, TimeSpan.FromTicks(1_234_567), SeqSet.Of([3, 4, 5]), CallOutcome.Parked, 400, "no such pixel", true);

        Assert.Equal(StoreOutcome.Committed, await Destinations.Commit(new DestinationCommit(row, [parked], [], [call])));
        storage.Reopen();

        Assert.Equal(row, await Destinations.Read(Meta));
        var found = Assert.Single(await Destinations.ReadParked(Meta, DateTimeOffset.MaxValue, 10));
        Assert.Equal(parked with { Copy = default }, found with { Copy = default });
        Assert.Equal([1, 2, 3], found.Copy.ToArray());
        Assert.Equal([call], await Destinations.ReadCalls(Meta, 4));
    }

    [ContractFact]
    public async Task Absent_words_statuses_and_stops_stay_absent()
    {
        var row = await Register();
        var call = Call("call-1", Noon, 1) with { Status = null, Words = null };
        await MustCommit(Change(row with { Version = 2, Stop = new Stop(StopReason.Failing, Noon, null, "") }) with { Calls = [call] });

        Assert.Null((await Destinations.Read(Meta))!.Stop!.Words);
        Assert.Equal([call], await Destinations.ReadCalls(Meta, 1));
        await MustCommit(Change(row with { Version = 3, Stop = null }));
        Assert.Null((await Destinations.Read(Meta))!.Stop);
    }

    [ContractFact]
    public async Task A_commit_of_another_version_changes_nothing_at_all()
    {
        var row = await Register();
        await MustCommit(Change(row with { Version = 2 }) with { Parked = [Parked("kept", Noon)] });

        foreach (var version in new[] { 1, 2, 4 })
        {
            var commit = new DestinationCommit(
                row with { Version = version, Cursor = 99 }, [Parked("new", Noon)], ["kept"], [Call("new", Noon, 1)]);
            Assert.Equal(StoreOutcome.Conflict, await Destinations.Commit(commit));
        }

        Assert.Equal(row with { Version = 2 }, await Destinations.Read(Meta));
        Assert.Equal("kept", Assert.Single(await Destinations.ReadParked(Meta, DateTimeOffset.MaxValue, 10)).Id);
        Assert.Empty(await Destinations.ReadCalls(Meta, 1));
    }

    [ContractFact]
    public async Task Of_two_activations_at_the_same_time_one_commits()
    {
        var row = await Register();
        for (var version = 2; version < 40; version++)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(1, 4).Select(owner =>
                Task.Run(() => Destinations.Commit(Change(row with { Version = version, LeaseOwner = owner })))));

            Assert.Single(outcomes, StoreOutcome.Committed);
            Assert.Equal(Array.IndexOf(outcomes, StoreOutcome.Committed) + 1, (await Destinations.Read(Meta))!.LeaseOwner);
        }
    }

    [ContractFact]
    public async Task Open_rows_are_listed_in_their_order_and_closed_ones_are_not()
    {
        await storage.Stores.Registry.Register(
            [new("shop", ["meta", "hook"]), new("blog", ["hook"])], _ => Task.FromResult(0L), () => new byte[16]);
        Assert.Equal([Meta, Hook, new(2, 1)], (await Destinations.ReadOpen()).Select(row => row.Key));

        var row = (await Destinations.Read(Meta))!;
        await MustCommit(Change(row with { Version = 2, Closed = true }));

        Assert.Equal([Hook, new(2, 1)], (await Destinations.ReadOpen()).Select(open => open.Key));
        Assert.True((await Destinations.Read(Meta))!.Closed);
    }

    [ContractFact]
    public async Task Parked_calls_come_when_they_are_due_the_longest_due_first()
    {
        var row = await Register();
        await MustCommit(Change(row with { Version = 2 }) with
        {
            Parked = [Parked("late", Noon.AddHours(2)), Parked("b", Noon), Parked("a", Noon), Parked("early", Noon.AddTicks(-1))],
        });

        Assert.Equal(["early", "a", "b"], await Due(Noon));
        Assert.Equal(["early"], await Due(Noon.AddTicks(-1)));
        Assert.Equal(["early", "a"], await Due(Noon, max: 2));
        Assert.Equal(["early", "a", "b", "late"], await Due(DateTimeOffset.MaxValue));
        Assert.Equal(Noon.AddTicks(-1), await Destinations.NextParkedDue(Meta));
        Assert.Empty(await Destinations.ReadParked(Hook, DateTimeOffset.MaxValue, 10));
        Assert.Null(await Destinations.NextParkedDue(Hook));
    }

    [ContractFact]
    public async Task A_parked_call_is_replaced_by_its_id_and_taken_away_by_it()
    {
        var row = await Register();
        await MustCommit(Change(row with { Version = 2 }) with { Parked = [Parked("a", Noon), Parked("b", Noon)] });
        await MustCommit(Change(row with { Version = 3 }) with { Parked = [Parked("a", Noon.AddHours(1)) with { Attempts = 2 }], Unparked = ["b", "never"] });

        var found = Assert.Single(await Destinations.ReadParked(Meta, DateTimeOffset.MaxValue, 10));
        Assert.Equal(("a", 2, Noon.AddHours(1)), (found.Id, found.Attempts, found.Due));
    }

    [ContractFact]
    public async Task A_call_that_is_logged_twice_is_there_once_as_it_was_first()
    {
        var row = await Register();
        await MustCommit(Change(row with { Version = 2 }) with { Calls = [Call("a", Noon, 1)] });
        await MustCommit(Change(row with { Version = 3 }) with { Calls = [Call("a", Noon.AddHours(1), 1), Call("b", Noon, 1)] });

        Assert.Equal([("a", Noon), ("b", Noon)], (await Destinations.ReadCalls(Meta, 1)).Select(call => (call.Id, call.Time)));
    }

    [ContractFact]
    public async Task A_seqs_calls_are_those_that_had_it_oldest_first()
    {
        var row = await Register();
        await MustCommit(Change(row with { Version = 2 }) with
        {
            Calls =
            [
                Call("retry", Noon.AddMinutes(5), 2, 8),
                Call("first", Noon, 1, 2, 3),
                Call("around", Noon.AddMinutes(1), 1, 9),
                Call("behind", Noon.AddMinutes(1), 4, 5),
            ],
        });

        Assert.Equal(["first", "retry"], (await Destinations.ReadCalls(Meta, 2)).Select(call => call.Id));
        Assert.Equal(["first", "around"], (await Destinations.ReadCalls(Meta, 1)).Select(call => call.Id));
        Assert.Empty(await Destinations.ReadCalls(Meta, 7));
        Assert.Empty(await Destinations.ReadCalls(Hook, 2));
    }

    [ContractFact]
    public async Task Old_calls_are_forgotten_however_many()
    {
        var row = await Register();
        var old = Enumerable.Range(0, 2_500).Select(number => Call($"old-{number}", Noon.AddTicks(-1), 1));
        await MustCommit(Change(row with { Version = 2 }) with { Calls = [.. old, Call("kept", Noon, 1)] });

        await Destinations.DeleteCalls(before: Noon);

        Assert.Equal("kept", Assert.Single(await Destinations.ReadCalls(Meta, 1)).Id);
    }

    [ContractFact]
    public async Task The_ends_of_time_stay_what_they_are()
    {
        var row = await Register();
        foreach (var (time, version) in new[] { (DateTimeOffset.MinValue, 2), (DateTimeOffset.MaxValue, 3), (Noon.AddTicks(1), 4) })
        {
            var changed = row with { Version = version, LeaseUntil = time, Stop = new Stop(StopReason.Throttled, time, null, "") };
            await MustCommit(Change(changed));
            Assert.Equal(changed, await Destinations.Read(Meta));
        }
    }

    private static DestinationCommit Change(DestinationRow row) => new(row, [], [], []);

    private static ParkedCall Parked(string id, DateTimeOffset due) => new(id, SeqSet.Of([1]), due, 1, Noon, "refused", false, default);

    private static LoggedCall Call(string id, DateTimeOffset time, params long[] seqs) =>
        new(id, time, TimeSpan.FromMilliseconds(20), SeqSet.Of(seqs), CallOutcome.Delivered, 200, "ok", false);

    private async Task<List<string>> Due(DateTimeOffset now, int max = 10) =>
        [.. (await Destinations.ReadParked(Meta, now, max)).Select(parked => parked.Id)];

    private async Task<DestinationRow> Register()
    {
        await storage.Stores.Registry.Register([new("shop", ["meta", "hook"])], _ => Task.FromResult(0L), () => new byte[16]);
        return (await Destinations.Read(Meta))!;
    }

    private async Task MustCommit(DestinationCommit commit) => Assert.Equal(StoreOutcome.Committed, await Destinations.Commit(commit));
}
