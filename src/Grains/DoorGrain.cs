using Orleans.Concurrency;
using Signalbox.Grains.Interfaces;

namespace Signalbox.Grains;

/// <summary>An activation in each silo, so that the silo that was reached answers by itself.</summary>
[StatelessWorker(maxLocalWorkers: 1)]
public sealed class DoorGrain : Grain, IDoorGrain
{
    public Task Knock() => Task.CompletedTask;
}
