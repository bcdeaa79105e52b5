using Signalbox.Core.Ports;
using Signalbox.Storage.Sqlite;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Sqlite;

public sealed class DayFileTests : IDisposable
{
    private const int Shop = 7;

    private readonly SqliteHarness storage = new();

    private IJournalStore Journal => storage.Stores.Journal;

    private IEnumerable<string?> Files => Directory.EnumerateFiles(JournalFolder, "*.db").Select(Path.GetFileName).Order();

    private string JournalFolder => Path.Combine(storage.Folder.Path, "journal");

    public void Dispose() => storage.Dispose();

    [Fact]
    public async Task Each_utc_day_has_its_file_and_a_dropped_days_file_is_deleted()
    {
        await Journal.MustAppend(Shop, Records.Make(1));
        storage.Time.Now = new DateTimeOffset(2026, 3, 14, 23, 59, 59, 999, TimeSpan.Zero);
        await Journal.MustAppend(Shop, Records.Make(2));
        Assert.Equal(["2026-03-14.db"], Files);
        storage.Time.Now = new DateTimeOffset(2026, 3, 15, 1, 0, 0, TimeSpan.FromHours(1));
        await Journal.MustAppend(Shop, Records.Make(3));
        Assert.Equal(["2026-03-14.db", "2026-03-15.db"], Files);
        // Read once, so that a reader holds the file that goes.
        await Records.AssertWhole(Journal, Shop, 3);

        await Journal.DropBefore(new DateTimeOffset(2026, 3, 15, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal(["2026-03-15.db"], Files);
        Assert.DoesNotContain(Directory.EnumerateFiles(JournalFolder), file => file.Contains("2026-03-14", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public async Task I2_a_day_that_was_not_begun_whole_is_begun_again_with_all_heads(int size)
    {
        await Journal.MustAppend(Shop, Records.Make(1));
        storage.Time.Now += TimeSpan.FromDays(1);
        using (var crashed = storage.Folder.Copy())
        {
            // What a crash leaves of a new file: nothing, or the first page that says how its log is kept.
            await File.WriteAllBytesAsync(Path.Combine(crashed.Path, "journal", "2026-03-15.db"), EmptyDatabase()[..size]);

            using var reopened = SqliteHarness.Open(crashed.Path, storage.Time);
            Assert.Equal(StoreOutcome.Conflict, await reopened.Stores.Journal.Append(Shop, Records.Make(1)));
            await reopened.Stores.Journal.MustAppend(Shop, Records.Make(2));
            await Records.AssertWhole(reopened.Stores.Journal, Shop, 2);
        }
    }

    [Fact]
    public async Task I1_a_day_that_has_no_room_to_begin_fails_the_append_and_begins_later()
    {
        await Journal.MustAppend(Shop, Records.Make(1));
        storage.Time.Now += TimeSpan.FromDays(1);
        // Where the new day's file should be stands something that cannot be opened.
        var obstacle = Path.Combine(JournalFolder, "2026-03-15.db");
        Directory.CreateDirectory(obstacle);

        Assert.Equal(StoreOutcome.Failed, await Journal.Append(Shop, Records.Make(2)));
        await Records.AssertWhole(Journal, Shop, 1);

        Directory.Delete(obstacle);
        await Journal.MustAppend(Shop, Records.Make(2));
        await Records.AssertWhole(Journal, Shop, 2);
    }

    private byte[] EmptyDatabase()
    {
        var path = Path.Combine(storage.Folder.Path, "empty.db");
        using (var database = Database.OpenToWrite(path))
        {
            Assert.True(SchemaScripts.IsUnwritten(database));
        }
        return File.ReadAllBytes(path);
    }
}
