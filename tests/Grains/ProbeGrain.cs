using Orleans.Concurrency;
using Orleans.Placement;

namespace Signalbox.Grains.Tests;

/// <summary>Shows what a call does to its arguments, and which activation answers.</summary>
public interface IProbeGrain : IGrainWithStringKey
{
    Task<T> Echo<T>(T message);

    Task<Guid> Activation();
}

[Reentrant]
[PreferLocalPlacement]
public sealed class ProbeGrain : Grain, IProbeGrain
{
    private readonly Guid activation = Guid.NewGuid();

    public Task<T> Echo<T>(T message) => Task.FromResult(message);

    public Task<Guid> Activation() => Task.FromResult(activation);
}
