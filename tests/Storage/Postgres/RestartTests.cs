using System.Collections.Concurrent;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Servers;
using Signalbox.Storage.Postgres;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Postgres;

/// <summary>The server goes and comes back under a store that stays open.</summary>
public sealed class RestartTests : IDisposable
{
    private const int Writers = 4;

    private readonly PostgresServer server = new();

    public void Dispose() => server.Dispose();

    [PostgresFact]
    public async Task I1_I2_a_killed_server_has_lost_nothing_that_was_acknowledged_and_has_nothing_twice()
    {
        await using var storage = await Open();
        var journal = storage.Stores.Journal;
        var acknowledged = new ConcurrentQueue<(int Container, JournalRecord Record)>();
        var outcomes = new ConcurrentBag<StoreOutcome>();
        using var enough = new CancellationTokenSource();
        // Three writers to a container: groups mix, and so do winners.
        var writers = Enumerable.Range(0, 3 * Writers).Select(number => Task.Run(() => Write(journal, number % Writers, acknowledged, outcomes, enough.Token))).ToList();

        foreach (var how in new[] { ServerStop.Kill, ServerStop.Immediate, ServerStop.Fast })
        {
            await More(acknowledged, 200);
            server.Stop(how);
            server.Start();
        }
        await More(acknowledged, 200);
        await enough.CancelAsync();
        await Task.WhenAll(writers);

        for (var container = 0; container < Writers; container++)
        {
            await Records.AssertWhole(journal, container, (await journal.ReadHead(container)).Seq);
            var stored = (await journal.Read(container, 0, int.MaxValue)).Select(record => (record.FirstSeq, record.AppendId)).ToHashSet();
            Assert.All(acknowledged.Where(ack => ack.Container == container), ack => Assert.Contains((ack.Record.FirstSeq, ack.Record.AppendId), stored));
        }
        Assert.Contains(outcomes, outcome => outcome is StoreOutcome.Failed or StoreOutcome.Unknown);
    }

    [PostgresFact]
    public async Task Every_store_works_again_after_a_restart_and_says_so_while_the_server_is_down()
    {
        await using var storage = await Open();
        var stores = storage.Stores;
        await stores.Registry.Register([new("shop", ["meta"])], _ => Task.FromResult(0L), () => new byte[16]);
        var row = DestinationRow.New(new DestinationKey(1, 1), 0) with { Version = 2 };
        var visitor = new VisitorRow(new VisitorKey(1, "a"), 1, DateTimeOffset.UnixEpoch, new byte[1]);

        server.Stop(ServerStop.Fast);
        Assert.All(await WriteAll(), outcome => Assert.True(outcome is StoreOutcome.Unknown or StoreOutcome.Failed, $"{outcome}"));
        Assert.All(await WriteAll(), outcome => Assert.Equal(StoreOutcome.Failed, outcome));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Journal.ReadHead(1));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Visitors.Read([visitor.Key]));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Destinations.ReadOpen());
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Destinations.DeleteCalls(DateTimeOffset.UnixEpoch));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Journal.DropBefore(DateTimeOffset.UnixEpoch));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Registry.Register([], _ => Task.FromResult(0L), () => new byte[16]));

        server.Start();
        Assert.Equal(0, (await stores.Journal.ReadHead(1)).Seq);
        Assert.All(await WriteAll(), outcome => Assert.Equal(StoreOutcome.Committed, outcome));

        // Connections that the server closed behind our back are found out by reads without anybody noticing.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => stores.Destinations.ReadOpen()));
        server.Stop(ServerStop.Kill);
        server.Start();
        for (var read = 0; read < 8; read++) Assert.Single(await stores.Destinations.ReadOpen());

        async Task<StoreOutcome[]> WriteAll() => await Task.WhenAll(
            stores.Journal.Append(1, Records.Make(1)),
            stores.Destinations.Commit(new DestinationCommit(row, [], [], [])),
            stores.Buckets.Reserve("quota", DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch),
            stores.Visitors.Write(visitor),
            stores.Configuration.Write(new AppliedConfiguration(1, DateTimeOffset.UnixEpoch, "{}")));
    }

    private static async Task Write(
        IJournalStore journal, int container, ConcurrentQueue<(int Container, JournalRecord Record)> acknowledged, ConcurrentBag<StoreOutcome> outcomes, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            try
            {
                var record = Records.Make((await journal.ReadHead(container)).Seq + 1);
                var outcome = await journal.Append(container, record);
                outcomes.Add(outcome);
                if (outcome == StoreOutcome.Committed) acknowledged.Enqueue((container, record));
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(10, CancellationToken.None);
            }
        }
    }

    private static Task More(ConcurrentQueue<(int Container, JournalRecord Record)> acknowledged, int count)
    {
        var wanted = acknowledged.Count + count;
        return Eventually.Holds(() => acknowledged.Count >= wanted);
    }

    private Task<PostgresStorage> Open() => PostgresStorage.Open(server.ConnectionString("postgres"), new FakeTime(), DatabaseUse.Shared);
}
