using Orleans.Concurrency;
using Orleans.Placement;
using Signalbox.Core.Containers;
using Signalbox.Core.Ports;
using Signalbox.Core.Telemetry;
using Signalbox.Grains.Interfaces;

namespace Signalbox.Grains;

/// <summary>A container's activation in the cluster.</summary>
[Reentrant]
[PreferLocalPlacement]
public sealed class ContainerGrain(GrainPorts ports, IActors actors) : Grain, IContainerGrain
{
    private ContainerActor? actor;

    /// <exception cref="InvalidOperationException">This silo's configuration has no such container, or not yet: whoever called tells its caller to come again.</exception>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var number = (int)this.GetPrimaryKeyLong();
        var container = ports.Configuration.Current.FindContainer(number) ?? throw new InvalidOperationException($"container {number} is not configured");
        actor = new ContainerActor(container, ports.Stores.Journal, actors, ports.Configuration, ports.Time, ports.NewRandom());
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Acceptance>> Accept(IReadOnlyList<NewEvent> events) => ActorCall.Accept.Measure(ports.Time, () => actor!.Accept(events));

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        actor?.Dispose();
        return Task.CompletedTask;
    }
}
