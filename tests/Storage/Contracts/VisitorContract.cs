using System.Text;
using Signalbox.Core.Ports;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Contracts;

public sealed class MemoryVisitors : VisitorContract<MemoryHarness>;

public sealed class SqliteVisitors : VisitorContract<SqliteHarness>;

public sealed class PostgresVisitors : VisitorContract<PostgresHarness>;

public abstract class VisitorContract<THarness> : IDisposable
    where THarness : IStorageHarness, new()
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    private readonly THarness storage = new();

    private IVisitorStore Visitors => storage.Stores.Visitors;

    public void Dispose() => storage.Dispose();

    [ContractFact]
    public async Task I1_a_written_visitor_is_there_after_a_restart()
    {
        await MustWrite(Row("анна-🛒", 1, "first"));
        await MustWrite(Row("анна-🛒", 2, "second") with { LastSeen = Noon.AddTicks(7) });

        storage.Reopen();

        var found = (await Visitors.Read([new(1, "анна-🛒")])).Single()!;
        Assert.Equal((2, Noon.AddTicks(7), "second"), (found.Version, found.LastSeen, Encoding.UTF8.GetString(found.Record.Span)));
    }

    [ContractFact]
    public async Task Many_are_read_at_once_in_the_order_asked()
    {
        await MustWrite(Row("a", 1, "of a"));
        await MustWrite(Row("b", 1, "of b"));
        await MustWrite(Row("b", 1, "of b elsewhere", container: 2));

        var found = await Visitors.Read([new(2, "b"), new(1, "nobody"), new(1, "b"), new(1, "a"), new(1, "b"), new(2, "a")]);

        Assert.Equal(
            ["of b elsewhere", null, "of b", "of a", "of b", null],
            found.Select(row => row is null ? null : Encoding.UTF8.GetString(row.Record.Span)));
        Assert.Empty(await Visitors.Read([]));
    }

    [ContractFact]
    public async Task A_write_of_another_version_is_refused()
    {
        Assert.Equal(StoreOutcome.Conflict, await Visitors.Write(Row("a", 2, "too early")));
        await MustWrite(Row("a", 1, "kept"));
        Assert.Equal(StoreOutcome.Conflict, await Visitors.Write(Row("a", 1, "again")));
        Assert.Equal(StoreOutcome.Conflict, await Visitors.Write(Row("a", 3, "too far")));

        Assert.Equal("kept", Encoding.UTF8.GetString((await Visitors.Read([new(1, "a")])).Single()!.Record.Span));
    }

    [ContractFact]
    public async Task Of_writers_at_the_same_time_one_wins_each_version()
    {
        for (var version = 1; version <= 30; version++)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(writer =>
                Task.Run(() => Visitors.Write(Row("a", version, $"writer {writer}")))));

            Assert.Single(outcomes, StoreOutcome.Committed);
            var stored = (await Visitors.Read([new(1, "a")])).Single()!;
            Assert.Equal($"writer {Array.IndexOf(outcomes, StoreOutcome.Committed)}", Encoding.UTF8.GetString(stored.Record.Span));
        }
    }

    [ContractFact]
    public async Task Visitors_not_seen_for_long_are_forgotten_however_many_and_can_come_back()
    {
        await Task.WhenAll(Enumerable.Range(0, 2_500).Select(number => MustWrite(Row($"old-{number}", 1, "") with { LastSeen = Noon.AddTicks(-1) })));
        await MustWrite(Row("recent", 1, ""));

        await Visitors.DeleteUnseen(before: Noon);

        var found = await Visitors.Read([.. Enumerable.Range(0, 2_500).Select(number => new VisitorKey(1, $"old-{number}"))]);
        Assert.All(found, Assert.Null);
        Assert.NotNull((await Visitors.Read([new(1, "recent")])).Single());
        await MustWrite(Row("old-1", 1, "back"));
    }

    private static VisitorRow Row(string id, long version, string record, int container = 1) =>
        new(new VisitorKey(container, id), version, Noon, Encoding.UTF8.GetBytes(record));

    private async Task MustWrite(VisitorRow row) => Assert.Equal(StoreOutcome.Committed, await Visitors.Write(row));
}
