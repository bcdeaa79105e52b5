using System.Collections.Concurrent;
using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;
using Signalbox.Core.Workspaces;
using Signalbox.Storage.Memory;

namespace Signalbox.Contract.Harness;

/// <summary>One container with one destination, in memory and on virtual time, under the engine that is tried.</summary>
public sealed class Shop : IConfigurationSource, IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly MemoryStorage storage = new();
    private readonly ConcurrentQueue<Exception> bugs = new();
    private readonly List<IEngine> engines = [];
    private readonly Activity activity = new();
    private readonly StartEngine start;
    private int seed;

    private Shop(StartEngine start, Configuration configuration, MemoryStorage storage)
    {
        (this.start, this.storage, Current) = (start, storage, configuration);
        Journal = new WatchedJournal(storage.Stores.Journal);
        Stores = storage.Stores with { Journal = Journal };
        Time = new VirtualTime(activity);
        Network = new Network(Time, activity);
    }

    public Configuration Current { get; }

    public Stores Stores { get; }

    public WatchedJournal Journal { get; }

    public VirtualTime Time { get; }

    public Network Network { get; }

    public IEngine Engine => engines[0];

    public Container Container => Current.Containers.Single();

    public DestinationKey Destination => new(Container.Number, Container.Destinations.Single().Number);

    /// <summary>Whether the disk is full.</summary>
    public bool IsFull
    {
        set => storage.CapacityBytes = value ? 0 : long.MaxValue;
    }

    public static async Task<Shop> Open(StartEngine start, Limits? limits = null)
    {
        var storage = new MemoryStorage();
        var registration = await storage.Stores.Registry.Register([new ContainerDeclaration("shop", ["main"])], _ => Task.FromResult(0L), () => new byte[16]);
        var (number, digestKey, destinations) = registration.Containers["shop"];
        var destination = new Destination(
            "main", destinations["main"], new LinePlatform(), new LineSettings(), "token", Enabled: true, [], limits ?? new Limits(1000, 10, TimeSpan.FromSeconds(1), 4));
        var container = new Container("shop", number, digestKey, "acme", "site", [], TimeSpan.FromHours(48), [destination]);
        var shop = new Shop(start, new Configuration(1, [new Workspace("acme", Plan.Pro, 1000, "active", null, [], [], [container])]), storage);
        await shop.StartOneMore();
        return shop;
    }

    /// <summary>Starts another engine over the same stores, so that every actor is activated once more.</summary>
    public async Task<IEngine> StartOneMore()
    {
        var engine = await start(new EnginePorts(
            Stores, Network, this, Time, () => new Random(Interlocked.Increment(ref seed)), bugs.Enqueue, activity));
        engines.Add(engine);
        return engine;
    }

    public NewEvent NewEvent(string id)
    {
        var e = new ConversionEvent { EventId = id, Name = "purchase", SentName = "Purchase", Dialect = "test", Time = Time.GetUtcNow() };
        var routes = Container.Destinations.Select(destination => new Route(destination.Number, RouteDecision.Queued)).ToList();
        return new NewEvent(new EventHeader(EventIds.Digest(Container.DigestKey, id), true, e.Time.ToUnixTimeMilliseconds(), routes), EventCodec.Encode(e));
    }

    /// <summary>Calls the container as a door in the engine's first process does.</summary>
    public Task<IReadOnlyList<Acceptance>> Accept(params string[] ids) => AcceptAt(Engine.Doors[0], ids);

    public Task<IReadOnlyList<Acceptance>> AcceptAt(IActors door, params string[] ids) =>
        InTime(door.Container(Container.Number).Accept([.. ids.Select(NewEvent)]));

    public async Task<LedgerLine> Ledger() => (await new Ledger(Stores.Journal, Stores.Destinations, this, Time).Read()).Single();

    /// <summary>Lets time pass until something has ended.</summary>
    public async Task PassUntil(Task ended)
    {
        var end = Time.GetUtcNow() + TimeSpan.FromHours(1);
        while (!ended.IsCompleted && Time.GetUtcNow() < end) await Time.Pass(TimeSpan.FromMilliseconds(500));
        Assert.True(ended.IsCompleted, "it did not end within an hour");
        await ended;
    }

    /// <summary>Lets time pass until something is so.</summary>
    public async Task PassUntil(Func<bool> isSo)
    {
        var end = Time.GetUtcNow() + TimeSpan.FromHours(1);
        while (!isSo() && Time.GetUtcNow() < end) await Time.Pass(TimeSpan.FromMilliseconds(100));
        Assert.True(isSo(), "it was not so within an hour");
    }

    /// <summary>Lets time pass until everything that was accepted has been delivered.</summary>
    public async Task PassUntilDelivered()
    {
        var end = Time.GetUtcNow() + TimeSpan.FromHours(1);
        while ((await Ledger()).Waiting > 0 && Time.GetUtcNow() < end) await Time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(0, (await Ledger()).Waiting);
    }

    /// <summary>Waits for what needs no time to pass; where it needs longer than any machine, the test fails instead of hanging.</summary>
    public static Task<T> InTime<T>(Task<T> task) => task.WaitAsync(Longest);

    /// <inheritdoc cref="InTime{T}"/>
    public static Task InTime(Task task) => task.WaitAsync(Longest);

    public async ValueTask DisposeAsync()
    {
        Network.Release();
        foreach (var engine in engines) await PassUntil(engine.DisposeAsync().AsTask());
        Assert.Empty(bugs);
    }
}
