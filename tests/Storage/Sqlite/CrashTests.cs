using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Storage.Sqlite;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Sqlite;

/// <summary>
/// What a crash leaves is some beginning of the log; each of them is tried, and must hold all that was acknowledged by then, and nothing by halves.
/// </summary>
public sealed class CrashTests : IDisposable
{
    private const int FrameSize = 4096 + 24;
    private const int LogHeaderSize = 32;
    private const int Shop = 7;
    private const int Commits = 12;

    private static readonly DestinationKey Meta = new(1, 1);

    private readonly SqliteHarness storage = new();

    public static TheoryData<bool> TornEnds => [true, false];

    public void Dispose() => storage.Dispose();

    [Theory]
    [MemberData(nameof(TornEnds))]
    public async Task I1_an_append_survives_whole_or_not_at_all(bool torn)
    {
        var log = Path.Combine("journal", $"{storage.Time.Now:yyyy-MM-dd}.db-wal");
        var acknowledgedAt = new List<long>();
        for (var seq = 1; seq <= Commits; seq++)
        {
            await storage.Stores.Journal.MustAppend(Shop, Records.Make(seq, bodySize: seq * 700));
            acknowledgedAt.Add(new FileInfo(Path.Combine(storage.Folder.Path, log)).Length);
        }

        await AfterEachCrash(log, torn, async (stores, length) =>
        {
            var acknowledged = acknowledgedAt.Count(end => end <= length);
            await Records.AssertWhole(stores.Journal, Shop, acknowledged);
            await stores.Journal.MustAppend(Shop, Records.Make(acknowledged + 1));
        });
    }

    [Theory]
    [MemberData(nameof(TornEnds))]
    public async Task A_destinations_commit_survives_with_all_its_parts_or_none(bool torn)
    {
        await storage.Stores.Registry.Register([new("shop", ["meta"])], _ => Task.FromResult(0L), () => new byte[16]);
        storage.Reopen();
        const string log = "signalbox.db-wal";
        var acknowledgedAt = new List<long>();
        for (var number = 1; number <= Commits; number++)
        {
            await Commit(storage.Stores.Destinations, number);
            acknowledgedAt.Add(new FileInfo(Path.Combine(storage.Folder.Path, log)).Length);
        }

        await AfterEachCrash(log, torn, async (stores, length) =>
        {
            var acknowledged = acknowledgedAt.Count(end => end <= length);
            Assert.Equal(acknowledged, (await stores.Destinations.Read(Meta))!.Cursor);
            Assert.Equal(acknowledged, (await stores.Destinations.ReadParked(Meta, DateTimeOffset.MaxValue, 100)).Count);
            for (var seq = 1; seq <= Commits; seq++)
            {
                Assert.Equal(seq <= acknowledged ? 1 : 0, (await stores.Destinations.ReadCalls(Meta, seq)).Count);
            }
            await Commit(stores.Destinations, acknowledged + 1);
        });
    }

    /// <summary>Each commit moves the cursor by one, parks one call and logs one.</summary>
    private static async Task Commit(IDestinationStore destinations, int number)
    {
        var row = DestinationRow.New(Meta, 0) with { Version = number + 1, Cursor = number };
        var parked = new ParkedCall($"{number}", SeqSet.Of([number]), row.LeaseUntil, 1, row.LeaseUntil, "refused", false, new byte[3_000]);
        var call = new LoggedCall($"{number}", DateTimeOffset.UnixEpoch, TimeSpan.Zero, SeqSet.Of([number]), CallOutcome.Parked, 400, null, false);
        Assert.Equal(StoreOutcome.Committed, await destinations.Commit(new DestinationCommit(row, [parked], [], [call])));
    }

    /// <summary>Opens copies of the folder whose log ends at, just before, and amid each of its frames.</summary>
    /// <param name="torn">Other bytes stand behind the end, instead of nothing.</param>
    private async Task AfterEachCrash(string log, bool torn, Func<Stores, long, Task> check)
    {
        var whole = new FileInfo(Path.Combine(storage.Folder.Path, log)).Length;
        Assert.True(whole > Commits * FrameSize, "the log has to hold all commits for this test to mean anything");
        for (var frame = LogHeaderSize + 0L; frame <= whole; frame += FrameSize)
        {
            foreach (var length in new[] { frame - 1, frame, frame + 10, frame + 2_000 }.Where(length => length <= whole))
            {
                using var crashed = storage.Folder.Copy();
                var bytes = await File.ReadAllBytesAsync(Path.Combine(crashed.Path, log));
                for (var index = length; index < whole; index++) bytes[index] ^= 0xFF;
                await File.WriteAllBytesAsync(Path.Combine(crashed.Path, log), torn ? bytes : bytes[..(int)length]);
                using var reopened = SqliteHarness.Open(crashed.Path, storage.Time);
                await check(reopened.Stores, length);
            }
        }
    }
}
