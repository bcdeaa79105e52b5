using Signalbox.Core.Ports;
using Signalbox.Core.Scheduling;

namespace Signalbox.Core.Destinations;

/// <summary>
/// Keeps a destination's row: collects changes and commits them together under the row's version. A conflict or an unanswered commit is met by reading
/// the row and applying again what it does not show yet, so every change takes effect once, whoever else writes (I3).
/// </summary>
internal sealed class RowKeeper
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly DestinationKey key;
    private readonly IDestinationStore store;
    private readonly TimeProvider time;
    private readonly Collector<Pending> commits;
    private bool isContested;

    public RowKeeper(DestinationKey key, IDestinationStore store, TimeProvider time)
    {
        this.key = key;
        this.store = store;
        this.time = time;
        commits = new Collector<Pending>(Commit);
    }

    /// <summary>The row as last committed or read; null before it was read, or when there is none.</summary>
    public DestinationRow? Row { get; private set; }

    /// <exception cref="StoreUnavailableException">The row cannot be read now.</exception>
    public async Task Load() => Row = await store.Read(key);

    /// <summary>Applies the change durably, however long the store takes.</summary>
    /// <returns>False when the row did not allow it: another activation holds the lease, or has dealt with these parked events.</returns>
    public Task<bool> Apply(RowChange change)
    {
        var pending = new Pending(change, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _ = commits.Add(pending);
        return pending.Applied.Task;
    }

    private async Task Commit(IReadOnlyList<Pending> changes)
    {
        try
        {
            await CommitAll(changes);
        }
        catch (Exception bug)
        {
            foreach (var change in changes) change.Applied.TrySetException(bug);
        }
    }

    private async Task CommitAll(IReadOnlyList<Pending> changes)
    {
        // Once somebody else was seen to write this row, what a change knows of parked calls may be out of date.
        Dictionary<string, ParkedCall>? parked = null;
        if (isContested && changes.Any(pending => pending.Change.From is not null)) parked = await Reload();
        while (true)
        {
            var draft = new RowDraft(Row!, parked);
            var applied = changes.Select(pending => draft.Apply(pending.Change)).ToList();
            switch (await store.Commit(draft.ToCommit()))
            {
                case StoreOutcome.Committed:
                    Row = draft.Row;
                    for (var index = 0; index < changes.Count; index++) changes[index].Applied.SetResult(applied[index]);
                    return;
                case StoreOutcome.Failed:
                    await Task.Delay(RetryAfter, time);
                    break;
                default:
                    isContested = true;
                    parked = await Reload();
                    break;
            }
        }
    }

    private async Task<Dictionary<string, ParkedCall>> Reload()
    {
        while (true)
        {
            try
            {
                // The row first: if what is parked changes after it, the commit meets a conflict and comes back here.
                Row = await store.Read(key) ?? throw new InvalidOperationException($"the row of destination {key} is gone");
                var parked = await store.ReadParked(key, DateTimeOffset.MaxValue, int.MaxValue);
                return parked.ToDictionary(call => call.Id);
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(RetryAfter, time);
            }
        }
    }

    private sealed record Pending(RowChange Change, TaskCompletionSource<bool> Applied);
}
