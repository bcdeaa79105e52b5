using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Core.Visitors;
using Signalbox.Core.Workspaces;

namespace Signalbox.Embedded;

/// <summary>A container's activation, as others see it.</summary>
internal sealed class ContainerShell(ContainerActor actor, ActivationScheduler scheduler) : IContainer
{
    public Task<IReadOnlyList<Acceptance>> Accept(IReadOnlyList<NewEvent> events) => scheduler.Call(() => actor.Accept(events));
}

/// <summary>A destination's activation, as others see it.</summary>
internal sealed class DestinationShell(DestinationActor actor, ActivationScheduler scheduler) : IDestination
{
    public Task Wake() => scheduler.Call(actor.Wake);

    public Task Offer(JournalRecord record) => scheduler.Call(() => actor.Offer(record));

    public Task<bool> Preserve(DateTimeOffset before) => scheduler.Call(() => actor.Preserve(before));

    public Task Deactivate(TimeSpan grace) => scheduler.Call(() => actor.Deactivate(grace));
}

/// <summary>A workspace's activation, as others see it.</summary>
internal sealed class WorkspaceShell(WorkspaceActor actor, ActivationScheduler scheduler) : IWorkspace
{
    public Task<QuotaGrant> Grant(int limit, int needed, int ahead) => scheduler.Call(() => actor.Grant(limit, needed, ahead));
}

/// <summary>A visitor's activation, as others see it: it lasts as long as anybody calls it, for there are as many visitors as browsers.</summary>
internal sealed class VisitorShell(VisitorActor actor, ActivationScheduler scheduler)
{
    /// <summary>Calls under way; guarded by the engine.</summary>
    public int Calls { get; set; }

    public Task<VisitorRecord?> Merge(VisitorTouch touch) => scheduler.Call(() => actor.Merge(touch));
}
