using SQLitePCL;
using static SQLitePCL.raw;

namespace Signalbox.Storage.Sqlite;

/// <summary>A prepared statement: values are bound in the order of its parameters, then it is run or its rows are stepped through.</summary>
internal sealed class Statement(Database database, sqlite3_stmt handle) : IDisposable
{
    private int bound;

    /// <summary>From here on values are bound anew.</summary>
    public Statement Start()
    {
        bound = 0;
        return this;
    }

    public Statement Bind(long value) => Bound(sqlite3_bind_int64(handle, ++bound, value));

    public Statement Bind(bool value) => Bind(value ? 1L : 0L);

    public Statement Bind(DateTimeOffset value) => Bind(value.UtcTicks);

    public Statement Bind(string? value) =>
        Bound(value is null ? sqlite3_bind_null(handle, ++bound) : sqlite3_bind_text(handle, ++bound, value));

    public Statement Bind(long? value) => value is { } known ? Bind(known) : Bound(sqlite3_bind_null(handle, ++bound));

    public Statement Bind(ReadOnlySpan<byte> value) =>
        Bound(value.IsEmpty ? sqlite3_bind_zeroblob(handle, ++bound, 0) : sqlite3_bind_blob(handle, ++bound, value));

    /// <summary>Runs it to its end.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run()
    {
        using (this)
        {
            while (Step())
            {
            }
            return database.Changes;
        }
    }

    /// <summary>Moves to the next row; false behind the last one.</summary>
    public bool Step()
    {
        var code = sqlite3_step(handle);
        database.Check(code);
        return code == SQLITE_ROW;
    }

    public bool IsNull(int column) => sqlite3_column_type(handle, column) == SQLITE_NULL;

    public long Long(int column) => sqlite3_column_int64(handle, column);

    public int Int(int column) => sqlite3_column_int(handle, column);

    public bool Bool(int column) => Long(column) != 0;

    public DateTimeOffset Time(int column) => new(Long(column), TimeSpan.Zero);

    public string Text(int column) => sqlite3_column_text(handle, column).utf8_to_string();

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => sqlite3_column_blob(handle, column);

    public int Length(int column) => sqlite3_column_bytes(handle, column);

    /// <summary>Leaves its rows, and with them the snapshot that was read.</summary>
    public void Dispose()
    {
        // Says again what the last step said, which was thrown there.
        _ = sqlite3_reset(handle);
    }

    public void Close() => handle.Dispose();

    private Statement Bound(int code)
    {
        database.Check(code);
        return this;
    }
}
