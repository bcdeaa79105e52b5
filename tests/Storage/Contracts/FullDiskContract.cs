using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Contracts;

public sealed class MemoryFullDisk : FullDiskContract<MemoryHarness>;

public sealed class SqliteFullDisk : FullDiskContract<SqliteHarness>;

public sealed class PostgresFullDisk : FullDiskContract<PostgresHarness>;

/// <summary>A full disk is an answer that nobody takes for an acknowledgement; what was there stays whole, and with room again all goes on.</summary>
public abstract class FullDiskContract<THarness> : IDisposable
    where THarness : IStorageHarness, new()
{
    private const int Shop = 7;

    private static readonly DestinationKey Meta = new(1, 1);

    private readonly THarness storage = new();

    public void Dispose() => storage.Dispose();

    [ContractFact]
    public async Task I1_an_append_without_room_fails_and_goes_through_once_there_is_room()
    {
        var journal = storage.Stores.Journal;
        await journal.MustAppend(Shop, Records.Make(1));
        storage.CapacityBytes = 0;

        var stored = 1L;
        var outcome = StoreOutcome.Committed;
        for (var attempt = 0; attempt < 10 && outcome == StoreOutcome.Committed; attempt++)
        {
            outcome = await journal.Append(Shop, Records.Make(stored + 1, bodySize: 30_000));
            if (outcome == StoreOutcome.Committed) stored++;
        }

        Assert.Equal(StoreOutcome.Failed, outcome);
        Assert.Equal(StoreOutcome.Failed, await journal.Append(Shop, Records.Make(stored + 1, bodySize: 30_000)));
        await Records.AssertWhole(journal, Shop, stored);

        storage.CapacityBytes = long.MaxValue;
        await journal.MustAppend(Shop, Records.Make(stored + 1, bodySize: 30_000));
        storage.Reopen();
        await Records.AssertWhole(storage.Stores.Journal, Shop, stored + 1);
    }

    [ContractFact]
    public async Task A_destinations_commit_without_room_leaves_all_its_parts_undone()
    {
        var destinations = storage.Stores.Destinations;
        await storage.Stores.Registry.Register([new("shop", ["meta"])], _ => Task.FromResult(0L), () => new byte[16]);
        var row = (await destinations.Read(Meta))!;
        storage.CapacityBytes = 0;

        var commit = new DestinationCommit(row with { Version = 2, Cursor = 5 }, [Parked(200_000)], [], [Call()]);
        Assert.Equal(StoreOutcome.Failed, await destinations.Commit(commit));

        Assert.Equal(row, await destinations.Read(Meta));
        Assert.Empty(await destinations.ReadParked(Meta, DateTimeOffset.MaxValue, 10));
        Assert.Empty(await destinations.ReadCalls(Meta, 1));

        storage.CapacityBytes = long.MaxValue;
        Assert.Equal(StoreOutcome.Committed, await destinations.Commit(commit));
        Assert.Single(await destinations.ReadParked(Meta, DateTimeOffset.MaxValue, 10));
    }

    [ContractFact]
    public async Task A_visitor_without_room_stays_as_it_was()
    {
        var visitors = storage.Stores.Visitors;
        var row = new VisitorRow(new VisitorKey(1, "a"), 1, DateTimeOffset.UnixEpoch, new byte[10]);
        Assert.Equal(StoreOutcome.Committed, await visitors.Write(row));
        storage.CapacityBytes = 0;

        Assert.Equal(StoreOutcome.Failed, await visitors.Write(row with { Version = 2, Record = new byte[200_000] }));
        Assert.Equal(1, (await visitors.Read([row.Key])).Single()!.Version);

        storage.CapacityBytes = long.MaxValue;
        Assert.Equal(StoreOutcome.Committed, await visitors.Write(row with { Version = 2, Record = new byte[200_000] }));
    }

    [ContractFact]
    public async Task I4_a_reservation_without_room_reserves_nothing()
    {
        var buckets = storage.Stores.Buckets;
        var quota = new string('q', 100_000);
        storage.CapacityBytes = 0;

        Assert.Equal(StoreOutcome.Failed, await buckets.Reserve(quota, DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch));
        Assert.Equal(DateTimeOffset.MinValue, await buckets.Read(quota));

        storage.CapacityBytes = long.MaxValue;
        Assert.Equal(StoreOutcome.Committed, await buckets.Reserve(quota, DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch));
    }

    private static ParkedCall Parked(int size) =>
        new("a", SeqSet.Of([1]), DateTimeOffset.UnixEpoch, 1, DateTimeOffset.UnixEpoch, "refused", false, new byte[size]);

    private static LoggedCall Call() =>
        new("a", DateTimeOffset.UnixEpoch, TimeSpan.Zero, SeqSet.Of([1]), CallOutcome.Parked, 400, null, false);
}
