using Signalbox.Core.Ports;
using Signalbox.Storage.Sqlite;

namespace Signalbox.Storage.Tests.Harness;

public sealed class SqliteHarness : IStorageHarness
{
    private readonly TempFolder folder = new();
    private SqliteStorage storage;

    public SqliteHarness() => storage = Open();

    public Stores Stores => storage.Stores;

    public FakeTime Time { get; } = new();

    public TempFolder Folder => folder;

    public long CapacityBytes
    {
        set => storage.CapacityBytes = value;
    }

    public static SqliteStorage Open(string folder, TimeProvider time) =>
        SqliteStorage.Open(folder, time, fatal => Assert.Fail(fatal.ToString()));

    public void Reopen()
    {
        storage.Dispose();
        storage = Open();
    }

    public void Dispose()
    {
        storage.Dispose();
        folder.Dispose();
    }

    private SqliteStorage Open() => Open(folder.Path, Time);
}
