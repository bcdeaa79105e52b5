namespace Signalbox.Embedded;

/// <summary>
/// Runs the tasks of one activation one at a time, in order, so that an actor is alone between two awaits. Continuations come back here by
/// themselves, because <c>await</c> keeps to the scheduler it started on.
/// </summary>
/// <param name="post">Has a piece of work run soon, somewhere: on the thread pool, or when a simulation's seed says so.</param>
public sealed class ActivationScheduler(Action<Action> post) : TaskScheduler
{
    // After so many tasks another activation gets its turn.
    private const int TasksPerTurn = 64;

    private readonly Queue<Task> tasks = new();
    private bool isRunning;

    /// <summary>Calls the activation: the function starts, and goes on after each of its awaits, when nothing else of it runs.</summary>
    public Task<T> Call<T>(Func<Task<T>> function) =>
        Task.Factory.StartNew(async () => await function(), CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    /// <inheritdoc cref="Call{T}"/>
    public Task Call(Func<Task> function) =>
        Task.Factory.StartNew(async () => await function(), CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    protected override void QueueTask(Task task)
    {
        lock (tasks)
        {
            tasks.Enqueue(task);
            if (isRunning) return;
            isRunning = true;
        }
        post(RunTurn);
    }

    // Inline only where this activation is running anyway; Core never completes a task in the middle of a method without asking for a queued continuation.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && Current == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (tasks) return tasks.ToArray();
    }

    private void RunTurn()
    {
        for (var count = 0; count < TasksPerTurn; count++)
        {
            Task? task;
            lock (tasks)
            {
                if (!tasks.TryDequeue(out task))
                {
                    isRunning = false;
                    return;
                }
            }
            TryExecuteTask(task);
        }
        post(RunTurn);
    }
}
