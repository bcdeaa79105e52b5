using Signalbox.Core.Ports;

namespace Signalbox.Simulation;

/// <summary>How badly the world treats its stores; zero for not at all.</summary>
internal sealed class Faults
{
    public double Write { get; set; }

    public double Read { get; set; }

    public bool AreSlow { get; set; }
}

/// <summary>
/// The stores as an engine sees them: slow, failing before a write takes effect or after it, and gone for an engine that was killed. The stores
/// behind keep what was committed; after each commit <paramref name="committed"/> is told.
/// </summary>
internal sealed class FaultyStores(World world, Stores stores, Faults faults, Action committed)
{
    public Stores Stores => new(new Journal(this), new Destinations(this), new Buckets(this), new Visitors(this), stores.Registry, stores.Configuration);

    private async Task<StoreOutcome> Write(Func<Task<StoreOutcome>> write)
    {
        await Delay();
        var roll = world.Random.NextDouble();
        if (roll < faults.Write / 3) return StoreOutcome.Failed;
        if (roll < faults.Write / 3 * 2) return StoreOutcome.Unknown;
        var outcome = await write();
        if (outcome == StoreOutcome.Committed) committed();
        await Delay();
        return roll < faults.Write ? StoreOutcome.Unknown : outcome;
    }

    private async Task<T> Read<T>(Func<Task<T>> read)
    {
        await Delay();
        if (world.Chance(faults.Read)) throw new StoreUnavailableException("the seed says so");
        var result = await read();
        await Delay();
        return result;
    }

    private Task Delay() => faults.AreSlow && world.Chance(0.5)
        ? Task.Delay(TimeSpan.FromMilliseconds(world.Random.Next(1, world.Chance(0.02) ? 4000 : 20)), world)
        : Task.CompletedTask;

    private sealed class Journal(FaultyStores owner) : IJournalStore
    {
        private readonly IJournalStore inner = owner.InnerJournal;

        public Task<JournalHead> ReadHead(int container) => owner.Read(() => inner.ReadHead(container));

        public Task<StoreOutcome> Append(int container, JournalRecord record, ReadOnlyMemory<byte> totals) =>
            owner.Write(() => inner.Append(container, record, totals));

        public Task<IReadOnlyList<JournalRecord>> Read(int container, long afterSeq, int maxBytes) =>
            owner.Read(() => inner.Read(container, afterSeq, maxBytes));

        public Task<IReadOnlyList<JournalRecord>> ReadHeaders(int container, long afterSeq, DateTimeOffset since, int maxRecords) =>
            owner.Read(() => inner.ReadHeaders(container, afterSeq, since, maxRecords));

        public Task<JournalRecord?> FindHeaders(int container, long seq) => owner.Read(() => inner.FindHeaders(container, seq));

        public Task DropBefore(DateTimeOffset before) => inner.DropBefore(before);
    }

    private sealed class Destinations(FaultyStores owner) : IDestinationStore
    {
        private readonly IDestinationStore inner = owner.InnerDestinations;

        public Task<DestinationRow?> Read(Core.Destinations.DestinationKey key) => owner.Read(() => inner.Read(key));

        public Task<IReadOnlyList<DestinationRow>> ReadOpen() => owner.Read(inner.ReadOpen);

        public Task<IReadOnlyList<DestinationRow>> ReadUnsettled() => owner.Read(inner.ReadUnsettled);

        public Task<StoreOutcome> Commit(DestinationCommit commit) => owner.Write(() => inner.Commit(commit));

        public Task<IReadOnlyList<ParkedCall>> ReadParked(Core.Destinations.DestinationKey key, DateTimeOffset now, int max) =>
            owner.Read(() => inner.ReadParked(key, now, max));

        public Task<DateTimeOffset?> NextParkedDue(Core.Destinations.DestinationKey key) => owner.Read(() => inner.NextParkedDue(key));

        public Task<IReadOnlyList<LoggedCall>> ReadCalls(Core.Destinations.DestinationKey key, long seq) => owner.Read(() => inner.ReadCalls(key, seq));

        public Task DeleteCalls(DateTimeOffset before) => inner.DeleteCalls(before);
    }

    private sealed class Buckets(FaultyStores owner) : IBucketStore
    {
        private readonly IBucketStore inner = owner.InnerBuckets;

        public Task<DateTimeOffset> Read(string quotaKey) => owner.Read(() => inner.Read(quotaKey));

        public Task<StoreOutcome> Reserve(string quotaKey, DateTimeOffset expected, DateTimeOffset next) =>
            owner.Write(() => inner.Reserve(quotaKey, expected, next));
    }

    private sealed class Visitors(FaultyStores owner) : IVisitorStore
    {
        private readonly IVisitorStore inner = owner.InnerVisitors;

        public Task<IReadOnlyList<VisitorRow?>> Read(IReadOnlyList<VisitorKey> keys) => owner.Read(() => inner.Read(keys));

        public Task<StoreOutcome> Write(VisitorRow row) => owner.Write(() => inner.Write(row));

        public Task DeleteUnseen(DateTimeOffset before) => inner.DeleteUnseen(before);
    }

    private IJournalStore InnerJournal => stores.Journal;

    private IDestinationStore InnerDestinations => stores.Destinations;

    private IBucketStore InnerBuckets => stores.Buckets;

    private IVisitorStore InnerVisitors => stores.Visitors;
}
