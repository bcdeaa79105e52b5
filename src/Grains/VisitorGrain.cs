using Orleans.Concurrency;
using Orleans.Placement;
using Signalbox.Core.Visitors;
using Signalbox.Core.Telemetry;
using Signalbox.Grains.Interfaces;

namespace Signalbox.Grains;

/// <summary>A visitor's activation in the cluster.</summary>
[Reentrant]
[PreferLocalPlacement]
public sealed class VisitorGrain(GrainPorts ports) : Grain, IVisitorGrain
{
    private VisitorActor? actor;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        actor = new VisitorActor(GrainKeys.ToVisitor(this.GetPrimaryKeyString()), ports.Stores.Visitors);
        return Task.CompletedTask;
    }

    public Task<VisitorRecord?> Merge(VisitorTouch touch) => ActorCall.Merge.Measure(ports.Time, () => actor!.Merge(touch));
}
