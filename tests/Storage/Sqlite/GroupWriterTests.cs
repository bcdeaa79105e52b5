using Signalbox.Core.Ports;
using Signalbox.Storage.Sqlite;

namespace Signalbox.Storage.Tests.Sqlite;

public sealed class GroupWriterTests : IDisposable
{
    // https://www.sqlite.org/rescode.html
    private const int Full = 13;
    private const int WriteFault = 778;
    private const int SyncFault = 1034;
    private const int DirectorySyncFault = 1290;
    private const int Constraint = 19;

    private readonly ScriptedFile file = new();
    private readonly List<Exception> fatal = [];
    private readonly GroupWriter writer;

    public GroupWriterTests() => writer = new GroupWriter("test", file, fatal.Add);

    public void Dispose() => writer.Dispose();

    [Fact]
    public async Task What_gathers_while_one_commit_is_on_its_way_shares_the_next()
    {
        var all = RunTogether(Enumerable.Repeat<Func<StoreOutcome>>(() => StoreOutcome.Committed, 100));

        Assert.All(await all, outcome => Assert.Equal(StoreOutcome.Committed, outcome));
        Assert.Equal(2, file.Commits);
    }

    [Fact]
    public async Task A_conflict_is_its_own_and_its_neighbours_commit()
    {
        var outcomes = await RunTogether([() => StoreOutcome.Committed, () => StoreOutcome.Conflict, () => StoreOutcome.Committed]);

        Assert.Equal([StoreOutcome.Committed, StoreOutcome.Conflict, StoreOutcome.Committed], outcomes);
    }

    [Fact]
    public async Task I7_an_operation_that_throws_is_alone_with_it()
    {
        var poison = new InvalidOperationException("poison");
        var outcomes = RunTogether([() => StoreOutcome.Committed, () => throw Fault(Constraint), () => StoreOutcome.Committed]);

        await Assert.ThrowsAsync<SqliteFault>(() => outcomes);
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.Run(() => throw poison));
        Assert.Equal([true, false, true], file.Tasks.Select(task => task.IsCompletedSuccessfully));
        Assert.Equal(StoreOutcome.Committed, await writer.Run(() => StoreOutcome.Committed));
    }

    [Fact]
    public async Task I1_no_room_in_the_transaction_or_at_its_end_fails_all_of_it()
    {
        Assert.All(
            await RunTogether([() => StoreOutcome.Committed, () => throw Fault(Full), () => StoreOutcome.Conflict]),
            outcome => Assert.Equal(StoreOutcome.Failed, outcome));

        file.NextCommit = Fault(Full);
        Assert.Equal(StoreOutcome.Failed, await writer.Run(() => StoreOutcome.Committed));
        file.NextBegin = Fault(Full);
        Assert.Equal(StoreOutcome.Failed, await writer.Run(() => StoreOutcome.Committed));
        Assert.Equal(StoreOutcome.Committed, await writer.Run(() => StoreOutcome.Committed));
        Assert.Empty(fatal);
    }

    [Fact]
    public async Task I1_a_commit_that_broke_off_is_unknown_and_not_acknowledged()
    {
        file.NextCommit = Fault(WriteFault);
        Assert.Equal(StoreOutcome.Unknown, await writer.Run(() => StoreOutcome.Committed));
        Assert.Equal(StoreOutcome.Committed, await writer.Run(() => StoreOutcome.Committed));
        Assert.Empty(fatal);
    }

    [Theory]
    [InlineData(SyncFault)]
    [InlineData(DirectorySyncFault)]
    public async Task I1_after_a_failed_sync_nothing_is_acknowledged_any_more(int code)
    {
        file.NextCommit = Fault(code);
        Assert.Equal(StoreOutcome.Unknown, await writer.Run(() => StoreOutcome.Committed));

        Assert.Equal(StoreOutcome.Failed, await writer.Run(() => StoreOutcome.Committed));
        writer.Dispose();
        Assert.True(((SqliteFault)Assert.Single(fatal)).IsSync);
    }

    [Fact]
    public async Task I1_a_failed_sync_between_transactions_is_as_fatal()
    {
        file.NextTidy = Fault(SyncFault);
        Assert.Equal(StoreOutcome.Committed, await writer.Run(() => StoreOutcome.Committed));

        Assert.Equal(StoreOutcome.Failed, await writer.Run(() => StoreOutcome.Committed));
        writer.Dispose();
        Assert.Single(fatal);
    }

    [Fact]
    public async Task A_log_that_cannot_be_copied_now_is_no_harm()
    {
        file.NextTidy = Fault(Full);
        Assert.Equal(StoreOutcome.Committed, await writer.Run(() => StoreOutcome.Committed));
        Assert.Equal(StoreOutcome.Committed, await writer.Run(() => StoreOutcome.Committed));
        Assert.Empty(fatal);
    }

    private static SqliteFault Fault(int code) => new(code, "test.db", "scripted");

    /// <summary>Holds the writer in a first transaction until all of these are waiting for the next.</summary>
    private async Task<StoreOutcome[]> RunTogether(IEnumerable<Func<StoreOutcome>> operations)
    {
        using var gathered = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var first = writer.Run(() =>
        {
            begun.Set();
            gathered.Wait();
            return StoreOutcome.Committed;
        });
        begun.Wait();
        file.Tasks = [.. operations.Select(writer.Run)];
        gathered.Set();
        await first;
        return await Task.WhenAll(file.Tasks);
    }

    private sealed class ScriptedFile : IWrittenFile
    {
        public List<Task<StoreOutcome>> Tasks { get; set; } = [];

        public int Commits { get; private set; }

        public SqliteFault? NextBegin { get; set; }

        public SqliteFault? NextCommit { get; set; }

        public SqliteFault? NextTidy { get; set; }

        public void Begin()
        {
            var fault = NextBegin;
            NextBegin = null;
            if (fault is not null) throw fault;
        }

        public void Commit()
        {
            var fault = NextCommit;
            NextCommit = null;
            if (fault is not null) throw fault;
            Commits++;
        }

        public void Rollback()
        {
        }

        public void Tidy()
        {
            var fault = NextTidy;
            NextTidy = null;
            if (fault is not null) throw fault;
        }

        public void Dispose()
        {
        }
    }
}
