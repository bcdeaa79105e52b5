using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Storage.Sqlite;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Sqlite;

public sealed class DataFolderTests : IDisposable
{
    private readonly SqliteHarness storage = new();

    private string Folder => storage.Folder.Path;

    public void Dispose() => storage.Dispose();

    [Fact]
    public void A_folder_is_open_once_and_whoever_comes_second_is_told_which_folder()
    {
        var refusal = Assert.Throws<DataFolderException>(() => SqliteHarness.Open(Folder, storage.Time));

        Assert.Contains(Folder, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("in use", refusal.Message, StringComparison.Ordinal);
        storage.Reopen();
    }

    [Fact]
    public void A_folder_that_is_not_there_is_made()
    {
        var folder = Path.Combine(Folder, "deep", "below");

        SqliteHarness.Open(folder, storage.Time).Dispose();

        Assert.True(File.Exists(Path.Combine(folder, "signalbox.db")));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        var file = Path.Combine(Folder, "file");
        File.WriteAllText(file, "");

        var refusal = Assert.Throws<DataFolderException>(() => SqliteHarness.Open(file, storage.Time));

        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("signalbox.db")]
    [InlineData("journal/2026-03-14.db")]
    public void A_file_that_is_no_database_is_named_and_left_alone(string name)
    {
        using var other = new TempFolder();
        Directory.CreateDirectory(Path.Combine(other.Path, "journal"));
        var file = Path.Combine(other.Path, name);
        var text = string.Concat(Enumerable.Repeat("no database at all\n", 1_000));
        File.WriteAllText(file, text);

        var refusal = Assert.Throws<DataFolderException>(() => SqliteHarness.Open(other.Path, storage.Time));

        Assert.Contains(Path.GetFileName(name), refusal.Message, StringComparison.Ordinal);
        Assert.Contains("damaged", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(file));
    }

    [Fact]
    public async Task A_file_whose_second_half_is_gone_is_told_at_once_or_when_it_is_read_but_never_taken_for_empty()
    {
        await storage.Stores.Journal.MustAppend(1, Records.Make(1, bodySize: 100_000));
        storage.Reopen();
        using var damaged = storage.Folder.Copy();
        using (var file = new FileStream(Path.Combine(damaged.Path, "journal", "2026-03-14.db"), FileMode.Open))
        {
            file.SetLength(2 * 4096);
        }

        try
        {
            using var reopened = SqliteHarness.Open(damaged.Path, storage.Time);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => reopened.Stores.Journal.Read(1, 0, int.MaxValue));
            Assert.Equal(StoreOutcome.Failed, await reopened.Stores.Journal.Append(1, Records.Make(1)));
        }
        catch (DataFolderException refusal)
        {
            Assert.Contains("2026-03-14.db", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Another_programs_database_is_named_and_left_alone()
    {
        using var other = new TempFolder();
        var path = Path.Combine(other.Path, "signalbox.db");
        using (var database = Database.OpenToWrite(path)) database.Execute("CREATE TABLE theirs (id INTEGER)");

        var refusal = Assert.Throws<DataFolderException>(() => SqliteHarness.Open(other.Path, storage.Time));

        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        using var again = Database.OpenToWrite(path);
        Assert.Equal(0, again.ReadLong("SELECT count(*) FROM theirs"));
    }

    [Fact]
    public void A_newer_versions_file_is_refused()
    {
        SqliteHarness.Open(Path.Combine(Folder, "new"), storage.Time).Dispose();
        using (var database = Database.OpenToWrite(Path.Combine(Folder, "new", "signalbox.db"))) database.Execute("PRAGMA user_version = 99");

        var refusal = Assert.Throws<DataFolderException>(() => SqliteHarness.Open(Path.Combine(Folder, "new"), storage.Time));

        Assert.Contains("newer", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void I1_commits_are_synced_and_checkpoints_are_ours()
    {
        using var database = Database.OpenToWrite(Path.Combine(Folder, "probe.db"));
        const long full = 2;

        Assert.Equal(full, database.ReadLong("PRAGMA synchronous"));
        Assert.Equal(1, database.ReadLong("SELECT journal_mode = 'wal' FROM pragma_journal_mode"));
        Assert.Equal(0, database.ReadLong("PRAGMA wal_autocheckpoint"));
        Assert.Equal(4096, database.ReadLong("PRAGMA page_size"));
    }

    [Fact]
    public async Task The_log_is_copied_and_begun_anew_under_constant_writing()
    {
        var log = new FileInfo(Path.Combine(Folder, "journal", "2026-03-14.db-wal"));
        for (var seq = 1; seq <= 300; seq++) await storage.Stores.Journal.MustAppend(1, Records.Make(seq, bodySize: 100_000));

        log.Refresh();
        Assert.InRange(log.Length, 1, 10_000_000);
        await Records.AssertWhole(storage.Stores.Journal, 1, 300);
    }

    [Fact]
    public async Task Writes_that_are_waiting_are_finished_before_the_folder_is_left_and_none_is_taken_after()
    {
        var writes = Enumerable.Range(1, 200).Select(seq => storage.Stores.Journal.Append(1, Records.Make(seq))).ToList();
        var journal = storage.Stores.Journal;

        storage.Reopen();

        Assert.All(await Task.WhenAll(writes), outcome => Assert.Equal(StoreOutcome.Committed, outcome));
        Assert.Equal(StoreOutcome.Failed, await journal.Append(1, Records.Make(201)));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => journal.ReadHead(1));
        await Records.AssertWhole(storage.Stores.Journal, 1, 200);
    }

    [Fact]
    public async Task A_registration_without_room_throws_and_registers_nothing()
    {
        var declared = Enumerable.Range(0, 500).Select(number => new ContainerDeclaration($"shop-{number}", ["meta"])).ToList();
        storage.CapacityBytes = 0;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Register(declared));
        Assert.Empty(await storage.Stores.Destinations.ReadOpen());

        storage.CapacityBytes = long.MaxValue;
        var registration = await Register(declared);
        Assert.Equal(Enumerable.Range(1, 500), registration.Containers.Values.Select(container => container.Number).Order());
        Assert.Equal(500, (await storage.Stores.Destinations.ReadOpen()).Count);
    }

    private Task<Registration> Register(IReadOnlyList<ContainerDeclaration> declared) =>
        storage.Stores.Registry.Register(declared, _ => Task.FromResult(0L), () => new byte[16]);
}
