using Signalbox.Core.Ports;

namespace Signalbox.Contract.Harness;

/// <summary>A journal that asks before every operation, while the caller is still inside its turn.</summary>
public sealed class WatchedJournal(IJournalStore journal) : IJournalStore
{
    /// <summary>Given the operation's name: what to wait for before it is done. It may throw what a store throws.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    public async Task<JournalHead> ReadHead(int container)
    {
        await Before(nameof(ReadHead));
        return await journal.ReadHead(container);
    }

    public async Task<StoreOutcome> Append(int container, JournalRecord record, ReadOnlyMemory<byte> totals)
    {
        await Before(nameof(Append));
        return await journal.Append(container, record, totals);
    }

    public async Task<IReadOnlyList<JournalRecord>> Read(int container, long afterSeq, int maxBytes)
    {
        await Before(nameof(Read));
        return await journal.Read(container, afterSeq, maxBytes);
    }

    public async Task<IReadOnlyList<JournalRecord>> ReadHeaders(int container, long afterSeq, DateTimeOffset since, int maxRecords)
    {
        await Before(nameof(ReadHeaders));
        return await journal.ReadHeaders(container, afterSeq, since, maxRecords);
    }

    public async Task<JournalRecord?> FindHeaders(int container, long seq)
    {
        await Before(nameof(FindHeaders));
        return await journal.FindHeaders(container, seq);
    }

    public async Task DropBefore(DateTimeOffset before)
    {
        await Before(nameof(DropBefore));
        await journal.DropBefore(before);
    }
}
