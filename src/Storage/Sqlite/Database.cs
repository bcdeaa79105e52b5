using System.Globalization;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Signalbox.Storage.Sqlite;

/// <summary>
/// One connection to one SQLite file, used by one thread at a time. It speaks to SQLite without ADO.NET, whose cost per row and value would be
/// felt when a million headers are scanned.
/// </summary>
internal sealed class Database : IDisposable
{
    private const int BusyTimeoutMilliseconds = 5_000;
    private const int PageSize = 4096;
    private const int CheckpointPages = 1_000;
    private const int RestartPages = 16 * CheckpointPages;

    private readonly sqlite3 handle;
    private readonly Dictionary<string, Statement> statements = [];
    private int logPages;
    private long limitBytes = long.MaxValue;

    // One process has a data folder for itself (see SqliteStorage), so its connections need not ask the system for a lock at every read and commit.
    private static readonly string? Vfs = OperatingSystem.IsWindows() ? null : "unix-excl";

    static Database() => Batteries_V2.Init();

    private Database(sqlite3 handle, string path)
    {
        this.handle = handle;
        Path = path;
    }

    public string Path { get; }

    /// <summary>Opens the file to write, and makes it if it is not there.</summary>
    public static Database OpenToWrite(string path)
    {
        var database = Open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
        try
        {
            // Checkpoints are ours (see Checkpoint): those that SQLite does by itself hide their errors.
            database.Execute($$"""
                PRAGMA page_size = {{PageSize}};
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA wal_autocheckpoint = 0;
                PRAGMA journal_size_limit = 16777216;
                PRAGMA cache_size = -16384;
                """);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Lets the file grow to this size and no further.</summary>
    public void Limit(long bytes)
    {
        if (bytes == limitBytes) return;
        Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {Math.Clamp(bytes / PageSize, 1, uint.MaxValue - 1)}"));
        limitBytes = bytes;
    }

    public static Database OpenToRead(string path) => Open(path, SQLITE_OPEN_READONLY);

    /// <summary>A statement to bind and run; dispose it to leave its rows. Each text is prepared once and kept.</summary>
    public Statement Query(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            Check(sqlite3_prepare_v2(handle, sql, out var prepared));
            statements.Add(sql, statement = new Statement(this, prepared));
        }
        return statement.Start();
    }

    /// <summary>Runs statements that are not worth keeping.</summary>
    public void Execute(string sql) => Check(sqlite3_exec(handle, sql, null, 0, out _));

    public long ReadLong(string sql)
    {
        using var row = Query(sql);
        return row.Step() ? row.Long(0) : throw Fault(SQLITE_ERROR);
    }

    public void Begin() => Query("BEGIN IMMEDIATE").Run();

    public void Commit() => Query("COMMIT").Run();

    public void Rollback()
    {
        // SQLite ends a transaction by itself on some errors.
        if (sqlite3_get_autocommit(handle) == 0) Query("ROLLBACK").Run();
    }

    /// <summary>How many rows the last statement changed.</summary>
    public int Changes => sqlite3_changes(handle);

    /// <summary>Copies the log into the file once it has grown, so that the log can begin anew.</summary>
    /// <exception cref="SqliteFault">The log stays and nothing is lost, except after a failed fsync.</exception>
    public void Checkpoint()
    {
        Check(sqlite3_db_status(handle, SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 0));
        if (pages < CheckpointPages) return;
        // A log is begun anew only when nobody reads it; under constant reading it would grow for ever, so then its last readers are waited for.
        Checkpoint(logPages > RestartPages ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE);
        Check(sqlite3_db_status(handle, SQLITE_DBSTATUS_CACHE_WRITE, out _, out _, 1));
    }

    /// <summary>Copies the whole log into the file and empties it, unless it is being read.</summary>
    public void CheckpointAll() => Checkpoint(SQLITE_CHECKPOINT_TRUNCATE);

    public void Dispose()
    {
        foreach (var statement in statements.Values) statement.Close();
        handle.Dispose();
    }

    public void Check(int code)
    {
        if (code is not (SQLITE_OK or SQLITE_ROW or SQLITE_DONE)) throw Fault(code);
    }

    private static Database Open(string path, int flags)
    {
        var code = sqlite3_open_v2(path, out var handle, flags | SQLITE_OPEN_NOMUTEX, Vfs);
        var database = new Database(handle, path);
        if (code != SQLITE_OK)
        {
            using (database) throw database.Fault(code);
        }
        sqlite3_extended_result_codes(handle, 1);
        sqlite3_busy_timeout(handle, BusyTimeoutMilliseconds);
        return database;
    }

    private void Checkpoint(int mode)
    {
        var code = sqlite3_wal_checkpoint_v2(handle, "main", mode, out logPages, out _);
        if (code != SQLITE_BUSY) Check(code);
    }

    private SqliteFault Fault(int code) => new(code, Path, sqlite3_errmsg(handle).utf8_to_string());
}
