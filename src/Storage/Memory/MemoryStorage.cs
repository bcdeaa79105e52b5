using Signalbox.Core.Ports;

namespace Signalbox.Storage.Memory;

/// <summary>
/// Every port in this process's memory, gone with it: for simulations and tests. Each call has finished when it returns, and the order of whatever
/// is read is defined, so that the same calls always give the same answers.
/// </summary>
public sealed class MemoryStorage
{
    private readonly MemorySpace space = new();

    public MemoryStorage()
    {
        var journal = new MemoryJournalStore(space);
        var destinations = new MemoryDestinationStore(space);
        Stores = new Stores(
            journal, destinations, new MemoryBucketStore(space), new MemoryVisitorStore(space), new MemoryRegistry(space, destinations), new MemoryConfigurationStore(space));
    }

    public Stores Stores { get; }

    /// <summary>How many bytes may be stored, roughly counted; a write that would exceed it fails, as on a full disk.</summary>
    public long CapacityBytes
    {
        get => space.CapacityBytes;
        set => space.CapacityBytes = value;
    }
}
