using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Core.Telemetry;
using Signalbox.Core.Visitors;
using Signalbox.Core.Workspaces;

namespace Signalbox.Embedded;

/// <summary>A container's activation, as others see it.</summary>
internal sealed class ContainerShell(ContainerActor actor, ActivationScheduler scheduler, TimeProvider time) : IContainer
{
    public Task<IReadOnlyList<Acceptance>> Accept(IReadOnlyList<NewEvent> events) =>
        scheduler.Call(() => ActorCall.Accept.Measure(time, () => actor.Accept(events)));
}

/// <summary>A destination's activation, as others see it.</summary>
internal sealed class DestinationShell(DestinationActor actor, ActivationScheduler scheduler, TimeProvider time) : IDestination
{
    public Task Wake() => scheduler.Call(() => ActorCall.Wake.Measure(time, actor.Wake));

    public Task Offer(JournalRecord record) => scheduler.Call(() => ActorCall.Offer.Measure(time, () => actor.Offer(record)));

    public Task<bool> Preserve(DateTimeOffset before) => scheduler.Call(() => ActorCall.Preserve.Measure(time, () => actor.Preserve(before)));

    public Task Deactivate(TimeSpan grace) => scheduler.Call(() => actor.Deactivate(grace));
}

/// <summary>A workspace's activation, as others see it.</summary>
internal sealed class WorkspaceShell(WorkspaceActor actor, ActivationScheduler scheduler, TimeProvider time) : IWorkspace
{
    public Task<QuotaGrant> Grant(int limit, int needed, int ahead) =>
        scheduler.Call(() => ActorCall.Grant.Measure(time, () => actor.Grant(limit, needed, ahead)));
}

/// <summary>A visitor's activation, as others see it: it lasts as long as anybody calls it, for there are as many visitors as browsers.</summary>
internal sealed class VisitorShell(VisitorActor actor, ActivationScheduler scheduler, TimeProvider time)
{
    /// <summary>Calls under way; guarded by the engine.</summary>
    public int Calls { get; set; }

    public Task<VisitorRecord?> Merge(VisitorTouch touch) => scheduler.Call(() => ActorCall.Merge.Measure(time, () => actor.Merge(touch)));
}
