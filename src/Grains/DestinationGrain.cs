using Orleans.Concurrency;
using Orleans.Placement;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Core.Telemetry;
using Signalbox.Grains.Interfaces;

namespace Signalbox.Grains;

/// <summary>
/// A destination's activation in the cluster. Its pump runs between calls, which to Orleans is idleness; but as long as there is something to
/// deliver every sweep calls it, far more often than idle grains are collected.
/// </summary>
[Reentrant]
[PreferLocalPlacement]
public sealed class DestinationGrain(GrainPorts ports) : Grain, IDestinationGrain
{
    // Well below what a deactivation is given, which is 30 seconds by default.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private DestinationActor? actor;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        actor = new DestinationActor(GrainKeys.ToDestination(this.GetPrimaryKeyString()), new DestinationPorts(
            ports.Configuration, ports.Stores.Journal, ports.Stores.Destinations, ports.Stores.Buckets, ports.Sender, ports.Time, ports.NewRandom(), ports.OnBug));
        return Task.CompletedTask;
    }

    public Task Wake() => ActorCall.Wake.Measure(ports.Time, actor!.Wake);

    public Task Offer(JournalRecord record) => ActorCall.Offer.Measure(ports.Time, () => actor!.Offer(record));

    public Task<bool> Preserve(DateTimeOffset before) => ActorCall.Preserve.Measure(ports.Time, () => actor!.Preserve(before));

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => actor?.Deactivate(Grace) ?? Task.CompletedTask;
}
