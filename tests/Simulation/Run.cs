using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;
using Signalbox.Core.Visitors;
using Signalbox.Core.Workspaces;
using Signalbox.Embedded;
using Signalbox.Storage.Memory;

namespace Signalbox.Simulation;

/// <summary>
/// One seeded life of a container: clients that send, repeat and give up waiting, two engines on the same stores (so that every actor is activated
/// twice), engines killed and started again, stores that fail before or after taking effect, and receivers in all moods. Afterwards everything heals.
/// </summary>
internal sealed class Run : IConfigurationSource
{
    private const int Clients = 5;
    private const int RequestsPerClient = 8;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(2);

    private readonly World world;
    private readonly Faults faults = new();
    private readonly Stores stores = new MemoryStorage().Stores;
    private readonly Dictionary<string, Receiver> receivers;
    private readonly Invariants invariants;
    private readonly RegisteredContainer registered;
    private readonly List<Life> lives = [];
    private readonly Dictionary<string, ConversionEvent> sent = [];
    private readonly List<Exception> bugs = [];
    private readonly List<Task> busy = [];

    private Run(int seed)
    {
        world = new World(seed);
        receivers = new[] { "batches", "twin", "singles", "healthy", "consenting" }.ToDictionary(name => name, name => new Receiver(world, name));
        registered = Register();
        Current = Configure(token: "first");
        invariants = new Invariants(world, stores, this, receivers, sent);
    }

    public Configuration Current { get; private set; }

    /// <returns>A digest of all that happened, the same whenever the seed is.</returns>
    public static ulong Of(int seed)
    {
        // Whatever the test framework put around this thread must not catch the actors' continuations.
        var outside = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return new Run(seed).Play();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outside);
        }
    }

    private ulong Play()
    {
        faults.Write = new[] { 0, 0.03, 0.2 }[world.Random.Next(3)];
        faults.Read = new[] { 0, 0.02, 0.1 }[world.Random.Next(3)];
        faults.AreSlow = world.Chance(0.7);
        foreach (var name in new[] { "batches", "twin", "singles" }) receivers[name].IsFaulty = world.Chance(0.7);
        receivers["singles"].IsLocked = world.Chance(0.3);
        lives.Add(new Life(this));
        if (world.Chance(0.7)) lives.Add(new Life(this));

        Start(Kill);
        for (var client = 0; client < Clients; client++)
        {
            var name = client;
            Start(() => Send(name));
        }
        Start(Browse);
        world.Run(TimeSpan.FromHours(2), () => Failed || busy.All(task => task.IsCompleted));
        invariants.Check(busy.All(task => task.IsCompletedSuccessfully), $"a client never finished: {busy.FirstOrDefault(task => task.IsFaulted)?.Exception}");

        Heal();
        Start(SendNowAndThen);
        world.Run(Longest, () => Failed || (busy.All(task => task.IsCompleted) && invariants.IsAtRest));
        if (bugs.Count > 0) throw new AggregateException(bugs);
        invariants.CheckEnd();
        return invariants.Trace;
    }

    private bool Failed => bugs.Count > 0 || invariants.HasFailed;

    private void Start(Func<Task> actor)
    {
        var scheduler = new ActivationScheduler(world.Post);
        busy.Add(scheduler.Call(actor));
    }

    /// <summary>Sends requests to whichever engine is up, until each is acknowledged.</summary>
    private async Task Send(int client)
    {
        for (var request = 0; request < RequestsPerClient; request++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(world.Random.Next(0, 3000)), world);
            await SendUntilAcknowledged(Enumerable.Range(0, world.Random.Next(1, 6)).Select(index => NewEvent(client, NewId($"{client}-{request}-{index}"))).ToList());
        }
    }

    /// <summary>Good events that every destination takes, now and then: without any, nobody can tell poison from a fault in the set-up.</summary>
    private async Task SendNowAndThen()
    {
        for (var last = 0; last < 24; last++)
        {
            var e = NewEvent(0, $"order-last-{last}");
            e.Consent = ["marketing"];
            await SendUntilAcknowledged([e]);
            await Task.Delay(TimeSpan.FromHours(1), world);
        }
    }

    private async Task SendUntilAcknowledged(IReadOnlyList<ConversionEvent> events)
    {
        while (true)
        {
            var life = lives[world.Random.Next(lives.Count)];
            var door = new Door(life.Engine, life.Stores.Visitors, world, bugs.Add);
            var answers = await door.Accept(Current.Containers.Single(), events.Select(Again).ToList(), CancellationToken.None);
            for (var index = 0; index < events.Count; index++) invariants.Acknowledge(events[index], answers[index].Acceptance);
            if (answers.All(answer => answer.Acceptance.Status != AcceptStatus.Unavailable)) return;
            await Task.Delay(TimeSpan.FromMilliseconds(world.Random.Next(10, 2000)), world);
        }
    }

    private string? NewId(string suffix)
    {
        var kind = new[] { "order", "order", "order", "order", "order", "order", "poison", "toxic", "unfit", "unencodable" }[world.Random.Next(10)];
        return world.Random.Next(10) switch
        {
            < 6 => $"{kind}-{suffix}",
            < 9 => $"order-shared-{world.Random.Next(12)}",
            _ => null,
        };
    }

    /// <summary>An event as a client makes it: with an id of its own, with one that another client sends too, or with none.</summary>
    private ConversionEvent NewEvent(int client, string? id)
    {
        if (id is not null && sent.TryGetValue(id, out var known)) return known;
        var e = new ConversionEvent
        {
            EventId = id,
            Name = StandardEvents.Purchase,
            SentName = "Purchase",
            Dialect = "simulation",
            Time = world.GetUtcNow(),
            OrderId = Scrubber.Id($"jane{client}@example.com"),
            Consent = world.Chance(0.5) ? ["marketing"] : null,
        };
        e.Identifiers.TryAdd(Identifier.EmailSha256, PersonalData.Email($"jane{client}@example.com"), Origin.Explicit);
        if (world.Chance(0.5)) e.Identifiers.TryAdd(Identifier.VisitorId, $"visitor-{world.Random.Next(2)}", Origin.Explicit);
        if (world.Chance(0.3)) e.Identifiers.TryAdd(Identifier.Fbp, $"fb.1.0.{client}", Origin.Explicit);
        if (id is not null) sent.Add(id, e);
        return e;
    }

    /// <summary>The event as parsed anew from a repeated request: the door completes what it is given.</summary>
    private static ConversionEvent Again(ConversionEvent e) => EventCodec.Decode(EventCodec.Encode(e));

    /// <summary>Browsers that touch two visitors, each touch with a click of its own.</summary>
    private async Task Browse()
    {
        for (var touch = 0; touch < 10; touch++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(world.Random.Next(0, 2000)), world);
            var key = new VisitorKey(Current.Containers.Single().Number, $"visitor-{world.Random.Next(2)}");
            var identifiers = new Dictionary<Identifier, string> { [Identifier.Fbp] = $"fb.1.1.{touch}", [Identifier.Gclid] = $"click-{touch}" };
            invariants.Touch(key.Id, identifiers);

            // Not awaited: an engine that is killed meanwhile never answers.
            _ = lives[world.Random.Next(lives.Count)].Engine.Visitor(key).Merge(new VisitorTouch(world.GetUtcNow(), identifiers, null, null));
        }
    }

    /// <summary>Kills engines at moments of the seed's choosing, starts others, and mends the credentials in the end.</summary>
    private async Task Kill()
    {
        for (var kill = world.Random.Next(5); kill > 0; kill--)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(world.Random.Next(0, 8000)), world);
            var victim = lives[world.Random.Next(lives.Count)];
            victim.End();
            lives.Remove(victim);
            lives.Add(new Life(this));
        }
    }

    private void Heal()
    {
        faults.Write = faults.Read = 0;
        faults.AreSlow = false;
        foreach (var receiver in receivers.Values) receiver.IsFaulty = receiver.IsLocked = false;
        Current = Configure(token: "second");
    }

    private RegisteredContainer Register()
    {
        var key = new byte[16];
        world.Random.NextBytes(key);
        var registration = stores.Registry.Register([new ContainerDeclaration("shop", [.. receivers.Keys])], _ => Task.FromResult(0L), () => key);
        return registration.Result.Containers["shop"];
    }

    private Configuration Configure(string token)
    {
        var platform = new SimPlatform();
        Destination Make(string name, string quota, Limits limits, params string[] consent) => new(
            name, registered.Destinations[name], platform, new SimSettings(quota, name), token, Enabled: true, consent, limits);
        var destinations = new[]
        {
            Make("batches", "shared pixel", new Limits(40, 10, TimeSpan.FromMilliseconds(300), 3)),
            Make("twin", "shared pixel", new Limits(40, 10, TimeSpan.FromMilliseconds(300), 2)),
            Make("singles", "singles", new Limits(20, 1, TimeSpan.FromMilliseconds(100), 4)),
            Make("healthy", "healthy", new Limits(100, 20, TimeSpan.FromMilliseconds(200), 2)),
            Make("consenting", "consenting", new Limits(100, 20, TimeSpan.FromMilliseconds(200), 2), "marketing"),
        };
        var container = new Container("shop", registered.Number, registered.DigestKey, "acme", "site_shop", [], TimeSpan.FromHours(48), destinations);
        return new Configuration(1, [new Workspace("acme", Plan.Pro, 1000, "active", null, [], [], [container])]);
    }

    /// <summary>One engine's life: what it has posted dies with it, whatever its calls have already done.</summary>
    private sealed class Life
    {
        private bool isOver;

        public Life(Run run)
        {
            Stores = new FaultyStores(run.world, run.stores, run.faults, run.invariants.AfterCommit).Stores;
            void Post(Action work) => run.world.Post(() =>
            {
                if (!isOver) work();
            });
            var settings = new EngineSettings(run.world, Post, run.world.NewRandom, run.bugs.Add);
            Engine = new EmbeddedEngine(Stores, new SimSender(run.world, run.receivers), run, settings);
            _ = new ActivationScheduler(Post).Call(Engine.Start);
        }

        public EmbeddedEngine Engine { get; }

        public Stores Stores { get; }

        public void End() => isOver = true;
    }
}
