using Signalbox.Core.Ports;

namespace Signalbox.Storage.Memory;

internal sealed class MemoryConfigurationStore(MemorySpace space) : IConfigurationStore
{
    private AppliedConfiguration? applied;

    public Task<AppliedConfiguration?> Read(long newerThan)
    {
        lock (space.Gate)
        {
            return Task.FromResult(applied?.Version > newerThan ? applied : null);
        }
    }

    public Task<StoreOutcome> Write(AppliedConfiguration next)
    {
        lock (space.Gate)
        {
            if ((applied?.Version ?? 0) != next.Version - 1) return Task.FromResult(StoreOutcome.Conflict);
            if (!space.TryTake(next.Document.Length - (applied?.Document.Length ?? 0))) return Task.FromResult(StoreOutcome.Failed);
            applied = next;
            return Task.FromResult(StoreOutcome.Committed);
        }
    }
}
