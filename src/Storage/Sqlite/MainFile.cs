namespace Signalbox.Storage.Sqlite;

/// <summary>The one file of everything but the journal.</summary>
internal sealed class MainFile(string path) : IWrittenFile
{
    public Database Database { get; } = SchemaScripts.Main.Open(path);

    public ReadPool Readers { get; } = new(path);

    /// <summary>How large the file may grow: a full disk, for tests.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    public void Begin()
    {
        Database.Limit(CapacityBytes);
        Database.Begin();
    }

    public void Commit() => Database.Commit();

    public void Rollback() => Database.Rollback();

    public void Tidy() => Database.Checkpoint();

    public void Dispose()
    {
        Readers.Close(() => { });
        Database.Dispose();
    }
}
