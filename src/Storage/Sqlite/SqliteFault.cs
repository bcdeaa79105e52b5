using static SQLitePCL.raw;

namespace Signalbox.Storage.Sqlite;

/// <summary>SQLite answered with an error. What it means for whoever called is decided where it is caught.</summary>
/// <param name="code">SQLite's extended result code.</param>
internal sealed class SqliteFault(int code, string file, string words) : Exception($"{Path.GetFileName(file)}: {words} (SQLite {code})")
{
    // SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC, https://www.sqlite.org/rescode.html
    private const int FileSync = SQLITE_IOERR | (4 << 8);
    private const int DirectorySync = SQLITE_IOERR | (5 << 8);

    /// <summary>A failed fsync cannot be repeated: the kernel may have let go of the pages it could not write.</summary>
    public bool IsSync => code is FileSync or DirectorySync;

    /// <summary>No room: the transaction was cut off before its end, so nothing of it counts.</summary>
    public bool IsFull => Primary == SQLITE_FULL;

    /// <summary>It is the disk's or another connection's fault, and not that of the operation that met it.</summary>
    public bool IsOfTheFile => Primary is SQLITE_FULL or SQLITE_IOERR or SQLITE_BUSY or SQLITE_LOCKED or SQLITE_NOMEM or SQLITE_CANTOPEN
        or SQLITE_READONLY or SQLITE_PERM or SQLITE_CORRUPT or SQLITE_NOTADB or SQLITE_PROTOCOL;

    public bool IsDamage => Primary is SQLITE_CORRUPT or SQLITE_NOTADB;

    private int Primary => code & 0xFF;
}
