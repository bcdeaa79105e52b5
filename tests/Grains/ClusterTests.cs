using Microsoft.Extensions.DependencyInjection;
using Signalbox.Contract.Harness;
using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Grains.Interfaces;

namespace Signalbox.Grains.Tests;

public sealed class ClusterTests
{
    [Fact]
    public async Task However_many_call_a_key_first_one_activation_answers()
    {
        await using var shop = await Shop.Open(ClusterEngine.Start);
        var silos = ((ClusterEngine)shop.Engine).Cluster.GetActiveSilos().Select(silo => silo.ServiceProvider.GetRequiredService<IGrainFactory>()).ToList();
        for (var key = 0; key < 50; key++)
        {
            var calls = Enumerable.Range(0, 6).Select(caller => Task.Run(() => silos[caller % silos.Count].GetGrain<IProbeGrain>($"{key}").Activation()));
            Assert.Single((await Task.WhenAll(calls)).Distinct());
        }
    }

    [Fact]
    public async Task What_a_workspace_granted_outlives_its_activation()
    {
        await using var shop = await Shop.Open(ClusterEngine.Start);
        Assert.Equal(60, (await shop.Engine.Doors[0].Workspace("acme").Grant(100, 60, 0)).Count);
        await ((ClusterEngine)shop.Engine).Deactivate<IWorkspaceGrain>("acme");
        Assert.Equal(40, (await shop.Engine.Doors[1].Workspace("acme").Grant(100, 60, 0)).Count);
    }

    [Fact]
    public async Task I1_I2_containers_and_destinations_of_a_killed_silo_come_back_on_the_other_with_nothing_lost()
    {
        await using var shop = await Shop.Open(ClusterEngine.Start, new Limits(1000, 5, TimeSpan.FromMilliseconds(100), 2));
        var cluster = ((ClusterEngine)shop.Engine).Cluster;
        var ids = Enumerable.Range(0, 40).Select(number => $"order-{number}").ToArray();

        // The first sweeps find nothing, so whoever calls a key first makes it local: both actors live on one silo, with calls in flight when it dies.
        await shop.Time.Pass(TimeSpan.FromSeconds(1));
        shop.Network.Hold();
        var before = await shop.Accept(ids[..20]);
        await shop.PassUntil(() => shop.Network.Requests.Count > 0);
        var management = cluster.Client.GetGrain<IManagementGrain>(0);
        var home = await management.GetActivationAddress(cluster.Client.GetGrain<IContainerGrain>(shop.Container.Number));
        Assert.Equal(home, await management.GetActivationAddress(cluster.Client.GetGrain<IDestinationGrain>(GrainKeys.Of(shop.Destination))));
        await cluster.KillSiloAsync(cluster.GetActiveSilos().Single(silo => silo.SiloAddress.Equals(home)));
        shop.Network.Release();

        var other = shop.Engine.Doors[0];
        var after = await UntilAnswered(() => shop.AcceptAt(other, ids));
        Assert.Equal(before.Select(answer => answer with { Status = AcceptStatus.Duplicate }), after.Take(20));
        Assert.All(after.Skip(20), answer => Assert.Equal(AcceptStatus.Accepted, answer.Status));

        await shop.PassUntilDelivered();
        Assert.Equal(ids.Order(), shop.Network.Requests.SelectMany(sent => LinePlatform.IdsOf(sent.Request)).Distinct().Order());
        var ledger = await shop.Ledger();
        Assert.Equal((40, 40, true), (ledger.Accepted, ledger.Delivered, ledger.Balances));
    }

    /// <summary>Calls until the cluster knows that the silo is gone; before, calls to its actors fail, and doors tell their callers to come again.</summary>
    private static async Task<IReadOnlyList<Acceptance>> UntilAnswered(Func<Task<IReadOnlyList<Acceptance>>> call)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var answers = await call();
                if (answers.All(answer => answer.Status != AcceptStatus.Unavailable)) return answers;
            }
            catch (OrleansException) when (attempt < 100)
            {
                await Task.Yield();
            }
        }
    }
}
