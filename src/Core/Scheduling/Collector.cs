using System.Diagnostics;

namespace Signalbox.Core.Scheduling;

/// <summary>
/// One open write, the next collects: while one call of <paramref name="write"/> is under way, what is added waits together for the next,
/// so that the cost of an item falls as load rises. Used wherever order inside a key matters or calls are worth sharing.
/// </summary>
/// <param name="write">Deals with every item it is given, in whatever way it ends, and does not throw; items that need an answer carry it themselves.</param>
public sealed class Collector<T>(Func<IReadOnlyList<T>, Task> write)
{
    private readonly Lock gate = new();
    private List<T> waiting = [];
    private TaskCompletionSource? open;

    /// <summary>Adds an item, and starts a write unless one is open.</summary>
    /// <returns>Ends when no write is open any more, this item's included.</returns>
    public Task Add(T item)
    {
        TaskCompletionSource idle;
        lock (gate)
        {
            waiting.Add(item);
            if (open is not null) return open.Task;
            idle = open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        _ = Run();
        return idle.Task;
    }

    private async Task Run()
    {
        // What is written together is nobody's own: no item's span is the writes' parent.
        Activity.Current = null;
        try
        {
            // Whoever is about to add something as well gets the chance to, so that the first item does not travel alone.
            await Task.Yield();
            while (Take() is { } items) await write(items);
        }
        catch (Exception bug)
        {
            Close()?.SetException(bug);
        }
    }

    /// <summary>The items for the next write; null, with the collector closed under the same lock, when there are none.</summary>
    private IReadOnlyList<T>? Take()
    {
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                Close()?.SetResult();
                return null;
            }
            var taken = waiting;
            waiting = [];
            return taken;
        }
    }

    private TaskCompletionSource? Close()
    {
        lock (gate)
        {
            var idle = open;
            open = null;
            return idle;
        }
    }
}
