using Signalbox.Core.Ports;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Contracts;

public sealed class MemoryBuckets : BucketContract<MemoryHarness>;

public sealed class SqliteBuckets : BucketContract<SqliteHarness>;

public sealed class PostgresBuckets : BucketContract<PostgresHarness>;

public abstract class BucketContract<THarness> : IDisposable
    where THarness : IStorageHarness, new()
{
    private const string Quota = "meta:1234567890";

    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    private readonly THarness storage = new();

    private IBucketStore Buckets => storage.Stores.Buckets;

    public void Dispose() => storage.Dispose();

    [ContractFact]
    public async Task A_quota_of_which_nothing_was_reserved_is_free_from_the_beginning_of_time()
    {
        Assert.Equal(DateTimeOffset.MinValue, await Buckets.Read(Quota));
    }

    [ContractFact]
    public async Task I4_a_reservation_moves_on_from_what_is_stored_only()
    {
        Assert.Equal(StoreOutcome.Conflict, await Buckets.Reserve(Quota, Noon, Noon.AddSeconds(1)));
        Assert.Equal(StoreOutcome.Committed, await Buckets.Reserve(Quota, DateTimeOffset.MinValue, Noon));
        Assert.Equal(StoreOutcome.Conflict, await Buckets.Reserve(Quota, DateTimeOffset.MinValue, Noon.AddSeconds(1)));
        Assert.Equal(StoreOutcome.Conflict, await Buckets.Reserve(Quota, Noon.AddTicks(1), Noon.AddSeconds(1)));
        Assert.Equal(Noon, await Buckets.Read(Quota));
        Assert.Equal(DateTimeOffset.MinValue, await Buckets.Read("meta:another"));
    }

    [ContractFact]
    public async Task I4_a_reservation_outlives_a_restart_to_the_tick()
    {
        // A hundred thousand events a second are ten microseconds each: rounding would give them away.
        await Buckets.Reserve(Quota, DateTimeOffset.MinValue, Noon.AddTicks(1));

        storage.Reopen();

        Assert.Equal(Noon.AddTicks(1), await Buckets.Read(Quota));
        Assert.Equal(StoreOutcome.Committed, await Buckets.Reserve(Quota, Noon.AddTicks(1), Noon.AddTicks(101)));
        Assert.Equal(Noon.AddTicks(101), await Buckets.Read(Quota));
    }

    [ContractFact]
    public async Task I4_of_those_that_reserve_at_the_same_time_one_gets_the_stretch()
    {
        var until = DateTimeOffset.MinValue;
        for (var round = 0; round < 30; round++)
        {
            var next = Noon.AddSeconds(round);
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Buckets.Reserve(Quota, until, next))));

            Assert.Single(outcomes, StoreOutcome.Committed);
            Assert.Equal(5, outcomes.Count(outcome => outcome == StoreOutcome.Conflict));
            until = next;
        }
    }
}
