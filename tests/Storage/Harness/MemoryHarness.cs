using Signalbox.Core.Ports;
using Signalbox.Storage.Memory;

namespace Signalbox.Storage.Tests.Harness;

public sealed class MemoryHarness : IStorageHarness
{
    private readonly MemoryStorage storage = new();

    public Stores Stores => storage.Stores;

    public FakeTime Time { get; } = new();

    public long CapacityBytes
    {
        set => storage.CapacityBytes = value;
    }

    // It stands for the disk in simulations, so it outlives what restarts there.
    public void Reopen()
    {
    }

    public void Dispose()
    {
    }
}
