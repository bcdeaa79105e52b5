namespace Signalbox.Core.Scheduling;

/// <summary>Wakes one waiter: a signal given while nobody waits is kept, and several count as one.</summary>
public sealed class Signal(TimeProvider time)
{
    private bool isSet;
    private TaskCompletionSource? waiter;

    public void Set()
    {
        isSet = true;
        waiter?.TrySetResult();
    }

    /// <summary>Waits for a signal, <paramref name="atMost"/> at the most; <see cref="Timeout.InfiniteTimeSpan"/> for any time.</summary>
    public async Task Wait(TimeSpan atMost)
    {
        if (!isSet)
        {
            var woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiter = woken;

            // Not Task.WhenAny with a delay: it would go on outside the activation's scheduler.
            using var timer = time.CreateTimer(static woken => ((TaskCompletionSource)woken!).TrySetResult(), woken, atMost, Timeout.InfiniteTimeSpan);
            await woken.Task;
            waiter = null;
        }
        isSet = false;
    }
}
