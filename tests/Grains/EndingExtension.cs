using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Signalbox.Grains.Tests;

/// <summary>Ends an activation in good order, as idleness, a rebalancing or a silo's shutdown would.</summary>
public interface IEndingExtension : IGrainExtension
{
    Task End();
}

internal sealed class EndingExtension(IGrainContext context) : IEndingExtension
{
    // The silos are in this process.
    private static readonly ConcurrentDictionary<GrainId, Task> Endings = new();

    public static Task Ended(GrainId grain) => Endings[grain];

    public Task End()
    {
        Endings[context.GrainId] = context.Deactivated;
        context.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "a test ends it"));
        return Task.CompletedTask;
    }
}
