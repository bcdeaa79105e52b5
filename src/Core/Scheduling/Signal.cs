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
            waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var over = new CancellationTokenSource();
            await Task.WhenAny(waiter.Task, Task.Delay(atMost, time, over.Token));
            waiter = null;
            await over.CancelAsync();
        }
        isSet = false;
    }
}
