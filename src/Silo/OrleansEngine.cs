using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Orleans.Configuration;
using Signalbox.Api.Settings;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Grains;
using Signalbox.Grains.Interfaces;
using StackExchange.Redis;

namespace Signalbox.Silo;

/// <summary>
/// This process's part of the cluster: a silo, or a client of the silos. A host of its own beside that of HTTP, so that it starts after the one listens and
/// stops after the other's last answer.
/// </summary>
internal sealed class OrleansEngine
{
    // A caller at the door waits no longer either.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    // Two silos that miss three probes each declare the third one dead: three to six seconds after a kill, about ten where it only hangs.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private const int MissedProbes = 3;
    private const int Votes = 2;

    // A silo that joins has to reach all that are said to be there. Where all were killed at once, nobody is left to say that they are not: it does so itself
    // when it finds three of their signs of life missing. It looks for that only as it starts to join, so one that came too early gives up and is started again.
    private static readonly TimeSpan SignOfLifeEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan JoinsWithin = TimeSpan.FromSeconds(20);

    // Newer versions of Orleans know these, so they are set by name: how long a probe may take at the most, and no waiting before a dead silo's actors are
    // activated elsewhere, because our own stores tell two activations apart.
    private static readonly IReadOnlyDictionary<string, string?> NewerMembershipOptions = new Dictionary<string, string?> { ["MaxProbeTimeout"] = "00:00:03" };
    private static readonly IReadOnlyDictionary<string, string?> NewerDirectoryOptions = new Dictionary<string, string?> { ["RangeLeaseDuration"] = "00:00:00" };

    private static readonly TimeSpan GatewaysAreReadEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectAgainAfter = TimeSpan.FromSeconds(1);

    // A gateway knocks at one silo after the other. One that hangs, or was killed a moment ago, does not make it unready: the next one answers.
    private static readonly TimeSpan KnockEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UnreachableAfter = TimeSpan.FromSeconds(5);
    private const int Doors = 64;

    // Pumps get five seconds for their calls in flight, and the others of the cluster are told.
    private static readonly TimeSpan DeactivationTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private readonly IHost host;
    private readonly ClusterSettings cluster;
    private readonly ILogger log;
    private readonly Sweep? sweep;

    // Sweeps go on after each await where they were, as actors do.
    private readonly TaskScheduler scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
    private readonly CancellationTokenSource stopping = new();
    private Task watching = Task.CompletedTask;
    private volatile bool hasJoined;
    private long answeredAt;

    /// <param name="database">Where Orleans keeps the state of grains; null for their silo's memory.</param>
    public OrleansEngine(ClusterSettings cluster, Role role, GrainPorts ports, string? database, ILoggerFactory logs)
    {
        this.cluster = cluster;
        log = logs.CreateLogger("Signalbox");
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IHostLifetime, EndsWithTheProcess>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopTimeout);
        if (role == Role.Silo) builder.UseOrleans(silo => Configure(silo, ports, database));
        else builder.UseOrleansClient(Configure);
        host = builder.Build();
        Actors = host.Services.GetRequiredService<IActors>();
        if (role == Role.Silo) sweep = new Sweep(Actors, ports.Stores.Journal, ports.Stores.Destinations, ports.Time, ports.OnBug);
    }

    public IActors Actors { get; }

    /// <summary>Joins the cluster. A client waits until there is a silo.</summary>
    /// <exception cref="ClusterException">It cannot.</exception>
    public async Task Start(CancellationToken cancel)
    {
        try
        {
            await host.StartAsync(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return;
        }
        catch (Exception unable)
        {
            throw new ClusterException(WhyNot(unable), unable);
        }
        hasJoined = true;
        watching = sweep is null ? Knock(host.Services.GetRequiredService<IGrainFactory>()) : Watch(host.Services.GetRequiredService<IClusterMembershipService>());
    }

    /// <summary>What keeps a gateway from calling actors; a silo that is alone still has its own.</summary>
    public string? Trouble() => sweep is null && Stopwatch.GetElapsedTime(Volatile.Read(ref answeredAt)) > UnreachableAfter
        ? "no silo of the cluster can be reached"
        : null;

    /// <summary>Ends or wakes what a change of the configuration or of the cluster concerns, sooner than the next sweep would.</summary>
    public Task Sweep() => sweep is null || !hasJoined
        ? Task.CompletedTask
        : Task.Factory.StartNew(sweep.Once, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler).Unwrap();

    /// <summary>Leaves the cluster: actors finish, and are activated elsewhere when they are called again.</summary>
    public async ValueTask Stop()
    {
        await stopping.CancelAsync();
        await watching;
        // One that has not joined yet has nothing to finish, and cannot be stopped.
        if (hasJoined) await host.StopAsync();
    }

    private void Configure(ISiloBuilder silo, GrainPorts ports, string? database)
    {
        Configure(silo.Services);
        silo.UseRedisClustering(options => options.ConfigurationOptions = ConfigurationOptions.Parse(cluster.Redis));
        if (cluster.AdvertisedIp is { } address) silo.ConfigureEndpoints(address, cluster.SiloPort, cluster.GatewayPort, listenOnAnyHostAddress: true);
        else silo.ConfigureEndpoints(cluster.SiloPort, cluster.GatewayPort, listenOnAnyHostAddress: true);
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = ProbeTimeout;
            options.NumMissedProbesLimit = MissedProbes;
            options.NumVotesForDeathDeclaration = Votes;
            options.IAmAliveTablePublishTimeout = SignOfLifeEvery;
            options.MaxJoinAttemptTime = JoinsWithin;

            // In a cluster of three whoever would probe for another one misses the same silo's answers, so passes for unwell, and its word is not
            // counted: a silo that is there but does nothing was then declared dead only after half a minute.
            options.EnableIndirectProbes = false;
        });
        silo.Services.Configure<ClusterMembershipOptions>(ByName(NewerMembershipOptions));
        silo.Services.Configure<GrainDirectoryOptions>(ByName(NewerDirectoryOptions));
        silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = CallTimeout);
        silo.Configure<GrainCollectionOptions>(options => options.DeactivationTimeout = DeactivationTimeout);
#pragma warning disable ORLEANSEXP003 // One activation per actor as long as nothing fails; without it two are common whenever silos come and go.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        if (database is null) silo.AddMemoryGrainStorage(SignalboxSilo.StateStorage);
        else
        {
            silo.AddAdoNetGrainStorage(SignalboxSilo.StateStorage, options =>
            {
                options.Invariant = "Npgsql";
                options.ConnectionString = database;
            });
        }
        silo.AddActivityPropagation();
        silo.AddSignalboxGrains(_ => ports);
    }

    private void Configure(IClientBuilder client)
    {
        Configure(client.Services);
        client.UseRedisClustering(options => options.ConfigurationOptions = ConfigurationOptions.Parse(cluster.Redis));
        client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = GatewaysAreReadEvery);
        client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = CallTimeout);
        client.UseConnectionRetryFilter(async (_, cancel) =>
        {
            await Task.Delay(ConnectAgainAfter, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return !cancel.IsCancellationRequested;
        });
        client.AddActivityPropagation();
        client.Services.AddSignalboxActors();
    }

    private static IConfiguration ByName(IReadOnlyDictionary<string, string?> values) => new ConfigurationBuilder().AddInMemoryCollection(values).Build();

    private void Configure(IServiceCollection services) => services.Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = cluster.ClusterId);

    /// <summary>What a dead silo delivered goes on here as soon as the others know of its death.</summary>
    private async Task Watch(IClusterMembershipService membership)
    {
        var known = "";
        try
        {
            await foreach (var update in membership.MembershipUpdates.WithCancellation(stopping.Token))
            {
                var active = Active(update);
                if (active == known) continue;
                log.LogInformation("Silos of the cluster: {Silos}.", active);
                known = active;
                await Sweep();
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    /// <summary>Calls a silo time and again: a connection that is there says nothing of a machine that is not.</summary>
    private async Task Knock(IGrainFactory grains)
    {
        Volatile.Write(ref answeredAt, Stopwatch.GetTimestamp());
        for (var door = 0; !stopping.IsCancellationRequested; door = (door + 1) % Doors)
        {
            _ = Answer(grains, door);
            await Task.Delay(KnockEvery, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Answer(IGrainFactory grains, int door)
    {
        try
        {
            await grains.GetGrain<IDoorGrain>(door).Knock();
            Volatile.Write(ref answeredAt, Stopwatch.GetTimestamp());
        }
        catch (Exception)
        {
            // Not answered, whatever the reason; the next one may be.
        }
    }

    private string WhyNot(Exception unable) => unable.GetBaseException() switch
    {
        RedisException or RedisCommandException => $"Redis on {cluster.Redis.Split(',')[0]} cannot be used: {FirstLine(unable.GetBaseException())}",
        System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.AddressAlreadyInUse } =>
            $"Another process listens on port {cluster.SiloPort} or {cluster.GatewayPort}; set \"cluster.siloPort\" and \"cluster.gatewayPort\" to others.",
        var other => $"The cluster {cluster.ClusterId} cannot be joined: {other.GetType().Name}: {FirstLine(other)}",
    };

    private static string Active(ClusterMembershipSnapshot cluster) => string.Join(", ", cluster.Members.Values
        .Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress.Endpoint.ToString()).Order(StringComparer.Ordinal));

    private static string FirstLine(Exception fault) => fault.Message.Split('\n')[0].TrimEnd();

    /// <summary>Signals concern the host of HTTP, which then stops this one.</summary>
    private sealed class EndsWithTheProcess : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
