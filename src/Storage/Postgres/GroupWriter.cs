using Npgsql;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Postgres;

/// <summary>
/// One open group, the next collects: while one transaction is under way the next writes gather, so that one round trip and one flush carry them all.
/// What is of one row goes in order, for there is never a second group under way.
/// </summary>
internal sealed class GroupWriter<TWrite>(NpgsqlDataSource connections, Func<IWriteGroup<TWrite>> begin)
{
    private readonly Lock gate = new();
    private List<Pending> waiting = [];
    private Task writing = Task.CompletedTask;
    private bool isWriting;
    private bool closed;

    /// <summary>Answers when the write is durable, refused, or nobody knows.</summary>
    public Task<StoreOutcome> Write(TWrite write)
    {
        var pending = new Pending(write);
        lock (gate)
        {
            if (closed) return Task.FromResult(StoreOutcome.Failed);
            waiting.Add(pending);
            if (!isWriting)
            {
                isWriting = true;
                writing = Task.Run(WriteAll);
            }
        }
        return pending.Task;
    }

    /// <summary>Takes no more, and ends when all that is waiting was answered.</summary>
    public Task Close()
    {
        lock (gate)
        {
            closed = true;
            return writing;
        }
    }

    private async Task WriteAll()
    {
        while (Take() is { } members) await Commit(members);
    }

    private List<Pending>? Take()
    {
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                isWriting = false;
                return null;
            }
            var (group, members, rest) = (begin(), new List<Pending>(), new List<Pending>());
            foreach (var pending in waiting) (group.TryAdd(pending.Write) ? members : rest).Add(pending);
            waiting = rest;
            return members;
        }
    }

    private async Task Commit(List<Pending> members)
    {
        if (await TryCommit(members)) return;
        // One of them is at fault. It must not fail its neighbours (I7): halves, until it is alone.
        await Commit(members[..(members.Count / 2)]);
        await Commit(members[(members.Count / 2)..]);
    }

    /// <returns>False, with nothing written and nobody answered, when smaller groups may fare better.</returns>
    private async Task<bool> TryCommit(List<Pending> members)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = await connections.OpenConnectionAsync();
            var group = begin();
            foreach (var pending in members) group.TryAdd(pending.Write);
            var written = await group.Execute(connection);
            foreach (var (pending, hit) in members.Zip(written)) pending.SetResult(hit ? StoreOutcome.Committed : StoreOutcome.Conflict);
        }
        catch (Exception unreachable) when (connection is null && PostgresFault.IsOfTheServer(unreachable))
        {
            foreach (var pending in members) pending.SetResult(StoreOutcome.Failed);
        }
        catch (Exception fault) when (members.Count > 1 && PostgresFault.MayBeOfOne(fault))
        {
            return false;
        }
        catch (Exception fault)
        {
            foreach (var pending in members) pending.Fail(fault);
        }
        finally
        {
            if (connection is not null) await connection.DisposeAsync();
        }
        return true;
    }

    private sealed class Pending(TWrite write) : TaskCompletionSource<StoreOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TWrite Write { get; } = write;

        public void Fail(Exception fault)
        {
            if (PostgresFault.OutcomeOf(fault) is { } outcome) SetResult(outcome);
            else SetException(fault);
        }
    }
}
