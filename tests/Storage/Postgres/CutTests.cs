using Npgsql;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Servers;
using Signalbox.Storage.Postgres;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Postgres;

/// <summary>A connection that is cut between a statement and its answer: nobody knows, and reading tells.</summary>
public sealed class CutTests : IAsyncLifetime
{
    private const int Shop = 7;

    private string connectionString = "";
    private CuttingProxy proxy = null!;
    private PostgresStorage storage = null!;

    private IJournalStore Journal => storage.Stores.Journal;

    public async Task InitializeAsync()
    {
        connectionString = Databases.Create();
        var address = new NpgsqlConnectionStringBuilder(connectionString);
        proxy = new CuttingProxy(address.Host!, address.Port);
        (address.Host, address.Port) = ("127.0.0.1", proxy.Port);
        storage = await PostgresStorage.Open(address.ConnectionString, new FakeTime(), DatabaseUse.Shared);
    }

    public async Task DisposeAsync()
    {
        await storage.DisposeAsync();
        proxy.Dispose();
        Databases.Drop(connectionString);
    }

    [DatabaseFact]
    public async Task I2_an_append_whose_answer_was_cut_off_is_unknown_and_found_by_its_append_id()
    {
        await Journal.MustAppend(Shop, Records.Make(1));
        var record = Records.Make(2);
        proxy.CutNextAnswer();

        Assert.Equal(StoreOutcome.Unknown, await Journal.Append(Shop, record));

        Assert.Equal(record.AppendId, Assert.Single(await Journal.ReadHeaders(Shop, 1, DateTimeOffset.MinValue, 10)).AppendId);
        Assert.Equal(StoreOutcome.Conflict, await Journal.Append(Shop, record));
        await Journal.MustAppend(Shop, Records.Make(3));
        await Records.AssertWhole(Journal, Shop, 3);
    }

    [DatabaseFact]
    public async Task I2_an_append_that_was_cut_off_on_its_way_is_unknown_and_not_found()
    {
        await Journal.MustAppend(Shop, Records.Make(1));
        var record = Records.Make(2);
        proxy.CutNextQuestion();

        Assert.Equal(StoreOutcome.Unknown, await Journal.Append(Shop, record));

        Assert.Empty(await Journal.ReadHeaders(Shop, 1, DateTimeOffset.MinValue, 10));
        await Journal.MustAppend(Shop, record);
        await Records.AssertWhole(Journal, Shop, 2);
    }

    [DatabaseFact]
    public async Task A_destinations_commit_whose_answer_was_cut_off_is_unknown_and_there_with_all_its_parts()
    {
        await storage.Stores.Registry.Register([new("shop", ["meta"])], _ => Task.FromResult(0L), () => new byte[16]);
        var row = DestinationRow.New(new DestinationKey(1, 1), 0) with { Version = 2 };
        var destinations = storage.Stores.Destinations;
        Assert.Equal(StoreOutcome.Committed, await destinations.Commit(new DestinationCommit(row, [], [], [])));
        proxy.CutNextAnswer();

        var call = new LoggedCall("a", DateTimeOffset.UnixEpoch, TimeSpan.Zero, SeqSet.Of([1]), CallOutcome.Delivered, 200, null, false);
        Assert.Equal(StoreOutcome.Unknown, await destinations.Commit(new DestinationCommit(row with { Version = 3 }, [], [], [call])));

        Assert.Equal(3, (await destinations.Read(row.Key))!.Version);
        Assert.Single(await destinations.ReadCalls(row.Key, 1));
    }

    [DatabaseFact]
    public async Task A_read_that_was_cut_off_is_asked_again()
    {
        await Journal.MustAppend(Shop, Records.Make(1));
        await Journal.ReadHead(Shop);
        proxy.CutNextAnswer();

        Assert.Equal(1, (await Journal.ReadHead(Shop)).Seq);
    }
}
