using Signalbox.Core.Ports;

namespace Signalbox.Storage.Sqlite;

/// <summary>The file under a <see cref="GroupWriter"/>; only the writer's thread calls it. Each method throws <see cref="SqliteFault"/>.</summary>
internal interface IWrittenFile : IDisposable
{
    void Begin();

    void Commit();

    void Rollback();

    /// <summary>What is due between transactions. A fault other than a failed fsync loses nothing; it is tried again.</summary>
    void Tidy();
}

/// <summary>
/// Writes one file from one thread. While one transaction is on its way to the disk the next operations gather, so that one fsync carries them all.
/// </summary>
internal sealed class GroupWriter : IDisposable
{
    private readonly IWrittenFile file;
    private readonly Action<Exception> onFatal;
    private readonly Thread thread;
    private readonly object gate = new();
    private List<Write> waiting = [];
    private bool closed;

    /// <param name="onFatal">Called after a failed fsync, or a failed rollback, when nobody knows what the disk holds: the process has to end.
    /// Nothing is written afterwards.</param>
    public GroupWriter(string name, IWrittenFile file, Action<Exception> onFatal)
    {
        this.file = file;
        this.onFatal = onFatal;
        thread = new Thread(Work) { IsBackground = true, Name = name };
        thread.Start();
    }

    /// <summary>Runs the operation in the next transaction and answers when that is durable.</summary>
    /// <param name="operation">Changes all that it has to, or nothing and says <see cref="StoreOutcome.Conflict"/>.</param>
    public Task<StoreOutcome> Run(Func<StoreOutcome> operation)
    {
        var write = new Write(operation);
        lock (gate)
        {
            if (closed) return Task.FromResult(StoreOutcome.Failed);
            waiting.Add(write);
            if (waiting.Count == 1) Monitor.Pulse(gate);
        }
        return write.Task;
    }

    /// <summary>Finishes what is waiting, then closes the file.</summary>
    public void Dispose()
    {
        Close();
        thread.Join();
        file.Dispose();
    }

    private void Close()
    {
        lock (gate)
        {
            closed = true;
            Monitor.Pulse(gate);
        }
    }

    private void Work()
    {
        var group = new List<Write>();
        while (Take(ref group))
        {
            try
            {
                Commit(group);
                foreach (var write in group) write.Finish();
                Tidy();
            }
            catch (Exception fatal)
            {
                Close();
                foreach (var write in group) write.Fail(StoreOutcome.Unknown);
                onFatal(fatal);
                while (Take(ref group))
                {
                    foreach (var write in group) write.Fail(StoreOutcome.Failed);
                }
                return;
            }
        }
    }

    /// <summary>Swaps the emptied group for what has gathered; false when all is done.</summary>
    private bool Take(ref List<Write> group)
    {
        group.Clear();
        lock (gate)
        {
            while (waiting.Count == 0)
            {
                if (closed) return false;
                Monitor.Wait(gate);
            }
            (group, waiting) = (waiting, group);
            return true;
        }
    }

    private void Commit(List<Write> group)
    {
        var committing = false;
        try
        {
            file.Begin();
            foreach (var write in group) write.Run();
            committing = true;
            file.Commit();
        }
        catch (SqliteFault fault) when (fault.IsOfTheFile && !fault.IsSync)
        {
            file.Rollback();
            var outcome = committing && !fault.IsFull ? StoreOutcome.Unknown : StoreOutcome.Failed;
            foreach (var write in group) write.Fail(outcome);
        }
        catch (Exception bug) when (bug is not SqliteFault { IsSync: true })
        {
            // One operation's own fault, which must not fail its neighbours (I7): each once more by itself.
            file.Rollback();
            if (group.Count == 1) group[0].Fail(bug);
            else foreach (var write in group) Commit([write]);
        }
    }

    private void Tidy()
    {
        try
        {
            file.Tidy();
        }
        catch (SqliteFault fault) when (!fault.IsSync)
        {
            // The log keeps everything until it can be copied.
        }
    }

    private sealed class Write(Func<StoreOutcome> operation) : TaskCompletionSource<StoreOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        private StoreOutcome outcome;

        public void Run() => outcome = operation();

        public void Finish() => TrySetResult(outcome);

        /// <summary>Its transaction was undone, or nobody knows. Where it conflicted with what was undone, it wrote nothing at any rate.</summary>
        public void Fail(StoreOutcome instead) => TrySetResult(outcome == StoreOutcome.Conflict ? StoreOutcome.Failed : instead);

        public void Fail(Exception bug) => TrySetException(bug);
    }
}
