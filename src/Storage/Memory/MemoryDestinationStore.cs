using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Memory;

internal sealed class MemoryDestinationStore(MemorySpace space) : IDestinationStore
{
    private readonly SortedDictionary<DestinationKey, DestinationState> states = new(Comparer<DestinationKey>.Create(
        static (x, y) => (x.Container, x.Number).CompareTo((y.Container, y.Number))));

    public Task<DestinationRow?> Read(DestinationKey key)
    {
        lock (space.Gate)
        {
            return Task.FromResult(states.GetValueOrDefault(key)?.Row);
        }
    }

    public Task<IReadOnlyList<DestinationRow>> ReadOpen() => Read(row => !row.Closed);

    public Task<IReadOnlyList<DestinationRow>> ReadUnsettled() => Read(row => row is { Closed: true, Cursor: < DestinationRow.Settled });

    public Task<StoreOutcome> Commit(DestinationCommit commit)
    {
        lock (space.Gate)
        {
            if (!states.TryGetValue(commit.Row.Key, out var state) || state.Row.Version != commit.Row.Version - 1)
            {
                return Task.FromResult(StoreOutcome.Conflict);
            }
            var calls = commit.Calls.Where(call => !state.CallIds.Contains(call.Id)).DistinctBy(call => call.Id).ToList();
            var gone = commit.Unparked.Concat(commit.Parked.Select(parked => parked.Id)).Distinct().Where(state.Parked.ContainsKey);
            var growth = Size(commit.Row) - Size(state.Row) + calls.Sum(Size) + commit.Parked.Sum(Size) - gone.Sum(id => Size(state.Parked[id]));
            if (!space.TryTake(growth)) return Task.FromResult(StoreOutcome.Failed);

            state.Row = commit.Row;
            foreach (var id in commit.Unparked) state.Parked.Remove(id);
            foreach (var parked in commit.Parked) state.Parked[parked.Id] = parked with { Copy = parked.Copy.ToArray() };
            foreach (var call in calls)
            {
                state.CallIds.Add(call.Id);
                state.Calls.Add(call);
            }
            return Task.FromResult(StoreOutcome.Committed);
        }
    }

    public Task<IReadOnlyList<ParkedCall>> ReadParked(DestinationKey key, DateTimeOffset now, int max)
    {
        lock (space.Gate)
        {
            return Task.FromResult<IReadOnlyList<ParkedCall>>(!states.TryGetValue(key, out var state)
                ? []
                : [.. state.Parked.Values
                    .Where(parked => parked.Due <= now)
                    .OrderBy(parked => parked.Due).ThenBy(parked => parked.Id, StringComparer.Ordinal)
                    .Take(max)]);
        }
    }

    public Task<DateTimeOffset?> NextParkedDue(DestinationKey key)
    {
        lock (space.Gate)
        {
            return Task.FromResult(states.TryGetValue(key, out var state) && state.Parked.Count > 0
                ? state.Parked.Values.Min(parked => parked.Due)
                : (DateTimeOffset?)null);
        }
    }

    public Task<IReadOnlyList<LoggedCall>> ReadCalls(DestinationKey key, long seq)
    {
        lock (space.Gate)
        {
            return Task.FromResult<IReadOnlyList<LoggedCall>>(!states.TryGetValue(key, out var state)
                ? []
                : [.. state.Calls.Where(call => call.Seqs.Contains(seq)).OrderBy(call => call.Time)]);
        }
    }

    public Task DeleteCalls(DateTimeOffset before)
    {
        lock (space.Gate)
        {
            foreach (var state in states.Values)
            {
                foreach (var call in state.Calls.Where(call => call.Time < before))
                {
                    state.CallIds.Remove(call.Id);
                    space.TryTake(-Size(call));
                }
                state.Calls.RemoveAll(call => call.Time < before);
            }
            return Task.CompletedTask;
        }
    }

    /// <summary>The registry's part: a new destination's first row.</summary>
    public void Insert(DestinationRow row)
    {
        lock (space.Gate)
        {
            states.Add(row.Key, new DestinationState(row));
        }
    }

    /// <summary>The registry's part: the destination was removed.</summary>
    public void Close(DestinationKey key)
    {
        lock (space.Gate)
        {
            var state = states[key];
            state.Row = state.Row with { Version = state.Row.Version + 1, Closed = true };
        }
    }

    // The set's ranges stand for its bytes: counting need not be exact, and encoding every row to weigh it would be slow.
    private Task<IReadOnlyList<DestinationRow>> Read(Func<DestinationRow, bool> isWanted)
    {
        lock (space.Gate)
        {
            return Task.FromResult<IReadOnlyList<DestinationRow>>([.. states.Values.Select(state => state.Row).Where(isWanted)]);
        }
    }

    private static long Size(DestinationRow row) => 128 + (4 * row.Done.Ranges.Length);

    private static long Size(ParkedCall parked) => 128 + (4 * parked.Seqs.Ranges.Length) + parked.Reason.Length + parked.Copy.Length;

    private static long Size(LoggedCall call) => 128 + (4 * call.Seqs.Ranges.Length) + (call.Words?.Length ?? 0);

    private sealed class DestinationState(DestinationRow row)
    {
        public DestinationRow Row { get; set; } = row;

        public Dictionary<string, ParkedCall> Parked { get; } = [];

        public List<LoggedCall> Calls { get; } = [];

        public HashSet<string> CallIds { get; } = [];
    }
}
