using Signalbox.Api.Hosting;
using Signalbox.Api.Settings;
using Signalbox.Core.Ports;
using Signalbox.Grains;
using Signalbox.Platforms;

namespace Signalbox.Silo;

/// <summary>One process of a cluster: the same HTTP as everywhere, the actors on all silos, and the configuration that was last applied.</summary>
internal sealed class ClusterProcess : IAsyncDisposable
{
    // A request under way waits ten seconds at the most for its events to be durable.
    private static readonly TimeSpan RequestsFinishWithin = TimeSpan.FromSeconds(15);

    private readonly SignalboxHost host;
    private readonly AppliedConfigurations applied;
    private readonly CancellationTokenSource stopping = new();
    private Task following = Task.CompletedTask;

    private ClusterProcess(SignalboxHost host, AppliedConfigurations applied) => (this.host, this.applied) = (host, applied);

    public string Address => host.Urls.First();

    /// <summary>Puts everything together; nothing runs yet.</summary>
    public static async Task<ClusterProcess> Build(Declaration declaration, Role role, Stores stores, ISender sender)
    {
        var time = TimeProvider.System;
        var configuration = CurrentConfiguration.None();
        var hasGrainTables = role == Role.Silo && await GrainTables.AreIn(declaration.Database!);
        OrleansEngine? engine = null;
        SignalboxHost? host = null;
        host = SignalboxHost.Build(declaration, stores, configuration, MakeEngine, Adjust);
        var log = Log(host.Services.GetRequiredService<ILoggerFactory>());
        if (role == Role.Silo) log.LogInformation("Orleans keeps its grains' state in {Where}.", hasGrainTables ? "its tables of the database" : "memory: the database has none of its tables");
        return new ClusterProcess(host, new AppliedConfigurations(stores.Configuration, PlatformRegistry.BuiltIn, configuration, time, log, engine!.Sweep));

        Engine MakeEngine(ILoggerFactory logs)
        {
            var log = Log(logs);
            var lost = new LostCalls(log, time);
            var ports = new GrainPorts(stores, sender, configuration, time, () => new Random(), fault =>
            {
                if (LostCalls.IsOrdinary(fault)) lost.Note("a destination", fault);
                else Ending.Log(log, fault);
            });
            engine = new OrleansEngine(declaration.Cluster!, role, ports, hasGrainTables ? declaration.Database : null, logs);
            return new Engine(engine.Actors, time, lost.Note, Start, engine.Stop) { Trouble = engine.Trouble };
        }

        async Task Start(CancellationToken cancel)
        {
            await Rehearse(sender, new UriBuilder(host!.Urls.First()) { Host = "127.0.0.1" }.Uri);
            await engine.Start(cancel);
        }
    }

    /// <summary>Listens, joins the cluster, and follows what is applied from now on.</summary>
    /// <exception cref="ClusterException">The cluster cannot be joined.</exception>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public async Task Start()
    {
        await applied.Look();
        following = applied.Follow(stopping.Token);
        await host.Start();
    }

    public Task WaitForShutdown() => host.WaitForShutdown();

    /// <summary>Takes no more requests, finishes those under way, then leaves the cluster.</summary>
    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await stopping.CancelAsync();
        await following;
    }

    /// <summary>
    /// A process's first call compiles what all of them run through, and leaves a tenth of a second after its tokens were spent (I4). So the first one goes to
    /// ourselves, before there is anything to send; whatever becomes of it will do.
    /// </summary>
    private static Task Rehearse(ISender sender, Uri ourselves) => sender.Send(
        nameof(Rehearse), new PlatformRequest(HttpMethod.Post, ourselves, [], "application/json", "{}"u8.ToArray()), TimeSpan.FromSeconds(1), CancellationToken.None);

    private static ILogger Log(ILoggerFactory logs) => logs.CreateLogger("Signalbox");

    private static void Adjust(WebApplicationBuilder builder)
    {
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = RequestsFinishWithin);
        // What Orleans says of a call may hold what an event or a visitor holds. Whoever called says that it failed, and we say who is in the cluster.
        builder.Logging.AddFilter("Orleans", LogLevel.None).AddFilter("Microsoft.Orleans", LogLevel.None);
    }
}
