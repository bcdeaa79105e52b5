using Orleans.Concurrency;
using Orleans.Placement;
using Signalbox.Core.Telemetry;
using Signalbox.Core.Workspaces;
using Signalbox.Grains.Interfaces;

namespace Signalbox.Grains;

/// <summary>
/// A workspace's activation in the cluster. What it granted is written when it ends in good order, so that a silo's planned restart does not open
/// a second minute's worth; where a silo dies it is lost, as the actor allows for.
/// </summary>
[Reentrant]
[PreferLocalPlacement]
public sealed class WorkspaceGrain(
    GrainPorts ports, [PersistentState("granted", SignalboxSilo.StateStorage)] IPersistentState<GrantedState> granted) : Grain, IWorkspaceGrain
{
    private WorkspaceActor? actor;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        actor = new WorkspaceActor(ports.Time, new GrantedMinute(granted.State.Minute, granted.State.Count));
        return Task.CompletedTask;
    }

    public Task<QuotaGrant> Grant(int limit, int needed, int ahead) => ActorCall.Grant.Measure(ports.Time, () => actor!.Grant(limit, needed, ahead));

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // One that could not be activated has granted nothing, and what is written may be right.
        if (actor is null) return Task.CompletedTask;
        granted.State = new GrantedState { Minute = actor.Granted.Minute, Count = actor.Granted.Count };
        return granted.WriteStateAsync(cancellationToken);
    }
}

/// <summary>A <see cref="GrantedMinute"/> as Orleans stores it.</summary>
[GenerateSerializer]
[Alias("signalbox.granted")]
public sealed class GrantedState
{
    [Id(0)]
    public long Minute { get; set; }

    [Id(1)]
    public int Count { get; set; }
}
