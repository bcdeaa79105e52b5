using System.Collections.Concurrent;
using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Core.Visitors;
using Signalbox.Core.Workspaces;

namespace Signalbox.Embedded;

/// <summary>The single-process engine: activates actors when they are first called, and runs each one exclusively.</summary>
public sealed class EmbeddedEngine : IActors, IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Stores stores;
    private readonly ISender sender;
    private readonly IConfigurationSource configuration;
    private readonly EngineSettings settings;
    private readonly ConcurrentDictionary<int, IContainer> containers = new();
    private readonly ConcurrentDictionary<DestinationKey, IDestination> destinations = new();
    private readonly ConcurrentDictionary<string, IWorkspace> workspaces = new(StringComparer.Ordinal);
    private readonly Dictionary<VisitorKey, VisitorShell> visitors = [];
    private readonly CancellationTokenSource stopping = new();
    private Task housekeeping = Task.CompletedTask;

    public EmbeddedEngine(Stores stores, ISender sender, IConfigurationSource configuration, EngineSettings settings)
    {
        this.stores = stores;
        this.sender = sender;
        this.configuration = configuration;
        this.settings = settings;
    }

    /// <summary>Reads every container's dedupe window, and starts to sweep and to forget.</summary>
    public async Task Start()
    {
        foreach (var container in configuration.Current.Containers) await Container(container.Number).Accept([]);
        var sweep = new Sweep(this, stores.Journal, stores.Destinations, settings.Time, settings.OnBug);
        var retention = new Retention(this, stores, settings.Time, settings.OnBug);
        housekeeping = new ActivationScheduler(settings.Post).Call(() => Task.WhenAll(sweep.Run(stopping.Token), retention.Run(stopping.Token)));
    }

    /// <exception cref="InvalidOperationException">There is no such container: a bug, for numbers come from the configuration.</exception>
    public IContainer Container(int number) => containers.GetOrAdd(number, static (number, engine) => engine.ActivateContainer(number), this);

    public IDestination Destination(DestinationKey key) => destinations.GetOrAdd(key, static (key, engine) => engine.ActivateDestination(key), this);

    public IVisitor Visitor(VisitorKey key) => new VisitorReference(this, key);

    public IWorkspace Workspace(string id) => workspaces.GetOrAdd(id, static (_, engine) => engine.ActivateWorkspace(), this);

    /// <summary>Ends all pumps; calls in flight get a few seconds to finish.</summary>
    public async ValueTask DisposeAsync()
    {
        stopping.Cancel();

        // Housekeeping may wait for a pump, so the pumps end beside it and not after it.
        var pumps = destinations.Values.OfType<DestinationShell>().Select(destination => destination.Deactivate(Grace));
        await Task.WhenAll([housekeeping, .. pumps]);
    }

    private IContainer ActivateContainer(int number)
    {
        var actor = new ContainerActor(Configured(number), stores.Journal, this, configuration, settings.Time, settings.NewRandom());
        return new ContainerShell(actor, new ActivationScheduler(settings.Post), settings.Time);
    }

    private IDestination ActivateDestination(DestinationKey key)
    {
        var ports = new DestinationPorts(
            configuration, stores.Journal, stores.Destinations, stores.Buckets, sender, settings.Time, settings.NewRandom(), settings.OnBug);
        return new DestinationShell(new DestinationActor(key, ports), new ActivationScheduler(settings.Post), settings.Time);
    }

    private WorkspaceShell ActivateWorkspace() => new(new WorkspaceActor(settings.Time), new ActivationScheduler(settings.Post), settings.Time);

    private Container Configured(int number) =>
        configuration.Current.FindContainer(number) ?? throw new InvalidOperationException($"container {number} is not configured");

    private async Task<VisitorRecord?> Merge(VisitorKey key, VisitorTouch touch)
    {
        VisitorShell? visitor;
        lock (visitors)
        {
            if (!visitors.TryGetValue(key, out visitor))
            {
                visitor = new VisitorShell(new VisitorActor(key, stores.Visitors), new ActivationScheduler(settings.Post), settings.Time);
                visitors.Add(key, visitor);
            }
            visitor.Calls++;
        }
        try
        {
            return await visitor.Merge(touch);
        }
        finally
        {
            lock (visitors)
            {
                if (--visitor.Calls == 0) visitors.Remove(key);
            }
        }
    }

    private sealed class VisitorReference(EmbeddedEngine engine, VisitorKey key) : IVisitor
    {
        public Task<VisitorRecord?> Merge(VisitorTouch touch) => engine.Merge(key, touch);
    }
}

/// <summary>What a process and a simulation give the engine differently.</summary>
/// <param name="Post">Has a piece of work run soon.</param>
/// <param name="NewRandom">One source of randomness per activation.</param>
/// <param name="OnBug">Told of exceptions that nothing in the engine expects; work goes on.</param>
public sealed record EngineSettings(TimeProvider Time, Action<Action> Post, Func<Random> NewRandom, Action<Exception> OnBug)
{
    /// <summary>On the thread pool, with the machine's clock and randomness.</summary>
    public static EngineSettings ForProcess(Action<Exception> onBug) => new(
        TimeProvider.System,
        work => ThreadPool.UnsafeQueueUserWorkItem(static work => work(), work, preferLocal: false),
        () => new Random(),
        onBug);
}
