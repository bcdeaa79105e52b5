namespace Signalbox.Storage.Memory;

/// <summary>What the memory stores share: one lock, and the count of the bytes they hold.</summary>
internal sealed class MemorySpace
{
    private long usedBytes;

    /// <summary>Held by every operation of every store.</summary>
    public Lock Gate { get; } = new();

    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>Takes room for so many bytes more, or gives it back where negative.</summary>
    /// <returns>False, with nothing taken, when there is none.</returns>
    public bool TryTake(long bytes)
    {
        if (bytes > 0 && usedBytes + bytes > CapacityBytes) return false;
        usedBytes += bytes;
        return true;
    }
}
