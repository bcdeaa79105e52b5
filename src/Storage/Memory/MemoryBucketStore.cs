using Signalbox.Core.Ports;

namespace Signalbox.Storage.Memory;

internal sealed class MemoryBucketStore(MemorySpace space) : IBucketStore
{
    private readonly Dictionary<string, DateTimeOffset> reserved = [];

    public Task<DateTimeOffset> Read(string quotaKey)
    {
        lock (space.Gate)
        {
            return Task.FromResult(reserved.GetValueOrDefault(quotaKey, DateTimeOffset.MinValue));
        }
    }

    public Task<StoreOutcome> Reserve(string quotaKey, DateTimeOffset expected, DateTimeOffset next)
    {
        lock (space.Gate)
        {
            var known = reserved.TryGetValue(quotaKey, out var current);
            if ((known ? current : DateTimeOffset.MinValue) != expected) return Task.FromResult(StoreOutcome.Conflict);
            if (!known && !space.TryTake(64)) return Task.FromResult(StoreOutcome.Failed);
            reserved[quotaKey] = next;
            return Task.FromResult(StoreOutcome.Committed);
        }
    }
}
