using Signalbox.Core.Ports;

namespace Signalbox.Storage.Memory;

internal sealed class MemoryVisitorStore(MemorySpace space) : IVisitorStore
{
    private readonly Dictionary<VisitorKey, VisitorRow> rows = [];

    public Task<IReadOnlyList<VisitorRow?>> Read(IReadOnlyList<VisitorKey> keys)
    {
        lock (space.Gate)
        {
            return Task.FromResult<IReadOnlyList<VisitorRow?>>([.. keys.Select(key => rows.GetValueOrDefault(key))]);
        }
    }

    public Task<StoreOutcome> Write(VisitorRow row)
    {
        lock (space.Gate)
        {
            var stored = rows.GetValueOrDefault(row.Key);
            if ((stored?.Version ?? 0) != row.Version - 1) return Task.FromResult(StoreOutcome.Conflict);
            if (!space.TryTake(Size(row) - (stored is null ? 0 : Size(stored)))) return Task.FromResult(StoreOutcome.Failed);
            rows[row.Key] = row with { Record = row.Record.ToArray() };
            return Task.FromResult(StoreOutcome.Committed);
        }
    }

    public Task DeleteUnseen(DateTimeOffset before)
    {
        lock (space.Gate)
        {
            foreach (var row in rows.Values.Where(row => row.LastSeen < before).ToList())
            {
                rows.Remove(row.Key);
                space.TryTake(-Size(row));
            }
            return Task.CompletedTask;
        }
    }

    private static long Size(VisitorRow row) => 64 + row.Key.Id.Length + row.Record.Length;
}
