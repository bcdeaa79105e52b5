using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;
using Signalbox.Contract.Harness;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Grains.Interfaces;

namespace Signalbox.Grains.Tests;

/// <summary>Two silos and a gateway in this process, under the suite of all engines. What goes from one to the other goes in bytes.</summary>
internal sealed class ClusterEngine : IEngine
{
    private readonly InProcessTestCluster cluster;

    private ClusterEngine(InProcessTestCluster cluster) => this.cluster = cluster;

    public InProcessTestCluster Cluster => cluster;

    /// <summary>Each silo's, and that of a process outside.</summary>
    public IReadOnlyList<IActors> Doors => [.. cluster.GetActiveSilos().Select(silo => Actors(silo.ServiceProvider)), Actors(cluster.Client.ServiceProvider)];

    public static async Task<IEngine> Start(EnginePorts ports) => await Start(ports, silos: 2);

    public static async Task<ClusterEngine> Start(EnginePorts ports, short silos)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
#pragma warning disable ORLEANSEXP003 // The strongly consistent directory.
        builder.Options.UseDistributedGrainDirectory = true;
#pragma warning restore ORLEANSEXP003
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddSignalboxGrains(_ => new GrainPorts(ports.Stores, ports.Sender, ports.Configuration, ports.Time, ports.NewRandom, ports.OnBug));
            silo.AddMemoryGrainStorage(SignalboxSilo.StateStorage);
            silo.AddOutgoingGrainCallFilter(call => Show(call, ports.Activity));
            silo.Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = TimeSpan.FromMilliseconds(500);
                membership.NumMissedProbesLimit = 2;
                membership.NumVotesForDeathDeclaration = 1;
            });
            silo.AddGrainExtension<IEndingExtension, EndingExtension>();
        });
        builder.ConfigureClient(client =>
        {
            client.Services.AddSignalboxActors();
            client.AddOutgoingGrainCallFilter(call => Show(call, ports.Activity));
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new ClusterEngine(cluster);
    }

    public Task Deactivate(DestinationKey key) => Deactivate<IDestinationGrain>(GrainKeys.Of(key));

    public async Task Deactivate<TGrain>(string key) where TGrain : IGrainWithStringKey
    {
        var grain = cluster.Client.GetGrain<TGrain>(key);
        await grain.AsReference<IEndingExtension>().End();
        await EndingExtension.Ended(grain.GetGrainId());
    }

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    private static IActors Actors(IServiceProvider services) => services.GetRequiredService<IActors>();

    private static async Task Show(IOutgoingGrainCallContext call, Activity activity)
    {
        activity.Enter();
        try
        {
            await call.Invoke();
        }
        finally
        {
            activity.Leave();
        }
    }
}
