namespace Signalbox.Storage.Sqlite;

/// <summary>
/// A kind of file and its <see cref="NumberedScripts"/>. A file's <c>user_version</c> is the number of scripts it has seen.
/// </summary>
internal sealed class SchemaScripts
{
    // "SGBX": tells our files from other programs'.
    private const long ApplicationId = 0x53474258;

    private readonly IReadOnlyList<string> scripts;

    private SchemaScripts(string name) => scripts = NumberedScripts.Read(name);

    public static SchemaScripts Main { get; } = new("main");

    public static SchemaScripts Journal { get; } = new("journal");

    /// <summary>Opens a file to write and brings it up to date, in one transaction with what <paramref name="first"/> puts into a new one.</summary>
    /// <exception cref="DataFolderException">The file is not ours, damaged, or newer.</exception>
    /// <exception cref="SqliteFault">The disk is full or faulty.</exception>
    public Database Open(string path, Action<Database>? first = null)
    {
        Database? database = null;
        try
        {
            database = Database.OpenToWrite(path);
            Apply(database, first);
            return database;
        }
        catch (SqliteFault fault) when (fault.IsDamage)
        {
            database?.Dispose();
            throw new DataFolderException($"{path} is damaged, or no database at all: {fault.Message}", fault);
        }
        catch
        {
            database?.Dispose();
            throw;
        }
    }

    /// <summary>A file whose first transaction was never committed: there is nothing in it.</summary>
    public static bool IsUnwritten(Database database) =>
        database.ReadLong("PRAGMA user_version") == 0 && database.ReadLong("SELECT count(*) FROM sqlite_master") == 0;

    private void Apply(Database database, Action<Database>? first)
    {
        if (IsUnwritten(database))
        {
            database.Begin();
            database.Execute($"PRAGMA application_id = {ApplicationId}");
            ApplyFrom(database, 0);
            first?.Invoke(database);
            database.Commit();
            return;
        }
        if (database.ReadLong("PRAGMA application_id") != ApplicationId)
        {
            throw new DataFolderException($"{database.Path} is another program's database");
        }
        var version = database.ReadLong("PRAGMA user_version");
        if (version > scripts.Count)
        {
            throw new DataFolderException(
                $"{database.Path} was written by a newer version of Signalbox: its schema is {version}, this one knows {scripts.Count}");
        }
        if (version == scripts.Count) return;
        database.Begin();
        ApplyFrom(database, (int)version);
        database.Commit();
    }

    private void ApplyFrom(Database database, int version)
    {
        foreach (var script in scripts.Skip(version)) database.Execute(script);
        database.Execute($"PRAGMA user_version = {scripts.Count}");
    }
}
