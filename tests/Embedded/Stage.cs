using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;
using Signalbox.Core.Visitors;
using Signalbox.Core.Workspaces;
using Signalbox.Embedded;
using Signalbox.Simulation;
using Signalbox.Storage.Memory;

namespace Signalbox.Embedded.Tests;

/// <summary>One container with one destination on virtual time: events go in at the door and come out at the receiver.</summary>
internal sealed class Stage : IConfigurationSource
{
    private readonly World world = new(seed: 7);
    private readonly RegisteredContainer registered;
    private readonly List<Exception> bugs = [];
    private Life life;

    public Stage(Limits? limits = null)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        Receiver = new Receiver(world, "shop");
        Limits = limits ?? new Limits(1000, 10, TimeSpan.FromSeconds(1), 2);
        registered = Stores.Registry.Register([new ContainerDeclaration("shop", ["main"])], _ => Task.FromResult(0L), () => new byte[16]).Result.Containers["shop"];
        Configure("first token");
        life = new Life(this);
    }

    public Receiver Receiver { get; }

    public Stores Stores { get; } = new MemoryStorage().Stores;

    public Configuration Current { get; private set; } = null!;

    public Limits Limits { get; }

    public DateTimeOffset Now => world.GetUtcNow();

    public DestinationKey Key => new(registered.Number, registered.Destinations["main"]);

    public LedgerLine Ledger => Do(() => new Ledger(Stores.Journal, Stores.Destinations, this, world).Read()).Single();

    public static ConversionEvent Event(string? id, DateTimeOffset time) => new() { EventId = id, Name = "purchase", SentName = "Purchase", Dialect = "test", Time = time };

    public void Configure(string token, string[]? consent = null, bool enabled = true)
    {
        var destination = new Destination(
            "main", registered.Destinations["main"], new SimPlatform(), new SimSettings("shop", "shop"), token, enabled, consent ?? [], Limits);
        var container = new Container("shop", registered.Number, registered.DigestKey, "acme", "site", [], TimeSpan.FromHours(48), [destination]);
        Current = new Configuration(1, [new Workspace("acme", Plan.Pro, 1000, "active", null, [], [], [container])]);
    }

    /// <summary>Changes the configuration while the process runs.</summary>
    public void Change(Func<Container, Container> change) => Current = new Configuration(
        Current.Version + 1, [Current.Workspaces[0] with { Containers = [change(Current.Containers.Single())] }]);

    /// <summary>Until when an account's quota is reserved.</summary>
    public DateTimeOffset Reserved(string account) => Do(() => Stores.Buckets.Read($"sim:{account}"));

    /// <summary>How much later than asked every timer rings.</summary>
    public TimeSpan Lateness
    {
        set => world.Lateness = value;
    }

    public IReadOnlyList<Acceptance> Accept(params string?[] ids) => Accept(ids.Select(id => Event(id, Now)).ToArray());

    public IReadOnlyList<Acceptance> Accept(params ConversionEvent[] events)
    {
        var door = new Door(life.Engine, Stores.Visitors, world, bugs.Add);
        return Do(() => door.Accept(Current.Containers.Single(), events, CancellationToken.None)).Select(answer => answer.Acceptance).ToList();
    }

    public EventState? Find(string id) => Do(() => new EventLookup(Stores.Journal, Stores.Destinations, world).Find(Current.Containers.Single(), id));

    public VisitorRecord? Merge(string visitor, VisitorTouch touch) => Do(() => life.Engine.Visitor(new VisitorKey(registered.Number, visitor)).Merge(touch));

    /// <summary>Lets the world go on for so long.</summary>
    public void Pass(TimeSpan time)
    {
        var end = world.Elapsed + time;
        world.Run(end, () => false);
        world.MoveTo(end);
        if (bugs.Count > 0) throw new AggregateException(bugs);
    }

    /// <summary>Lets the world go on until something is so.</summary>
    public void PassUntil(Func<bool> isSo)
    {
        world.Run(world.Elapsed + TimeSpan.FromHours(1), isSo);
        Assert.True(isSo());
    }

    /// <summary>The process dies where it stands, and another one starts on the same stores.</summary>
    public void Crash()
    {
        life.End();
        life = new Life(this);
    }

    /// <summary>The process ends, and the next one's configuration no longer has the destination.</summary>
    public DestinationRow Remove()
    {
        life.End();
        Do(() => Stores.Registry.Register([new ContainerDeclaration("shop", [])], _ => Task.FromResult(0L), () => new byte[16]));
        var container = Current.Containers.Single() with { Destinations = [] };
        Current = new Configuration(2, [Current.Workspaces[0] with { Containers = [container] }]);
        life = new Life(this);
        Pass(TimeSpan.FromMinutes(1));
        return Do(() => Stores.Destinations.Read(Key))!;
    }

    /// <summary>The process ends in good order, and another one starts on the same stores.</summary>
    public void Restart()
    {
        Do(async () =>
        {
            await life.Engine.DisposeAsync();
            return true;
        });
        life.End();
        life = new Life(this);
    }

    private T Do<T>(Func<Task<T>> work)
    {
        var task = new ActivationScheduler(world.Post).Call(work);
        world.Run(world.Elapsed + TimeSpan.FromMinutes(1), () => task.IsCompleted);
        if (bugs.Count > 0) throw new AggregateException(bugs);
        return task.IsCompleted ? task.GetAwaiter().GetResult() : throw new TimeoutException("no answer within a minute of virtual time");
    }

    private sealed class Life
    {
        private bool isOver;

        public Life(Stage stage)
        {
            void Post(Action work) => stage.world.Post(() =>
            {
                if (!isOver) work();
            });
            var sender = new SimSender(stage.world, new Dictionary<string, Receiver> { ["shop"] = stage.Receiver });
            Engine = new EmbeddedEngine(stage.Stores, sender, stage, new EngineSettings(stage.world, Post, stage.world.NewRandom, stage.bugs.Add));
            _ = new ActivationScheduler(Post).Call(Engine.Start);
        }

        public EmbeddedEngine Engine { get; }

        public void End() => isOver = true;
    }
}
