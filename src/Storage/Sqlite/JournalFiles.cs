using System.Collections.Immutable;

namespace Signalbox.Storage.Sqlite;

/// <summary>The journal's folder: day files of which the newest is written, by the store's clock. Only the writer's thread changes it.</summary>
internal sealed class JournalFiles : IWrittenFile
{
    private readonly string folder;
    private readonly TimeProvider time;
    private ImmutableArray<DayFile> days;

    /// <exception cref="DataFolderException">A file is not ours, damaged, or newer.</exception>
    /// <exception cref="SqliteFault">The disk is full or faulty.</exception>
    public JournalFiles(string folder, TimeProvider time)
    {
        this.folder = folder;
        this.time = time;
        Directory.CreateDirectory(folder);
        var found = DayFile.DaysIn(folder).Select(day => new DayFile(folder, day)).Where(IsWritten).ToList();
        // Each is opened once for its schema; closing it also copies a log that was left there.
        foreach (var day in found.SkipLast(1)) SchemaScripts.Journal.Open(day.Path).Dispose();
        if (found.Count == 0) found.Add(new DayFile(folder, Today));
        Database = SchemaScripts.Journal.Open(found[^1].Path);
        days = [.. found];
    }

    /// <summary>Oldest first; each reader takes its own view of them.</summary>
    public ImmutableArray<DayFile> Days => days;

    /// <summary>The newest day's file, for the operations of the writer.</summary>
    public Database Database { get; private set; }

    /// <summary>How large the file of a day may grow: a full disk, for tests.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    public void Begin()
    {
        // A clock that was set back goes on with the newest day.
        if (Today > days[^1].Day) Roll();
        Database.Limit(CapacityBytes);
        Database.Begin();
    }

    public void Commit() => Database.Commit();

    public void Rollback() => Database.Rollback();

    public void Tidy() => Database.Checkpoint();

    /// <summary>Forgets the days that ended by <paramref name="before"/>, whole, but never the newest, which has the heads.</summary>
    public void DropBefore(DateTimeOffset before)
    {
        var dropped = days.RemoveAt(days.Length - 1).Where(day => day.Day.AddDays(1) <= DateOnly.FromDateTime(before.UtcDateTime)).ToList();
        days = days.RemoveRange(dropped);
        foreach (var day in dropped) day.Readers.Close(day.Delete);
    }

    public void Dispose()
    {
        foreach (var day in days) day.Readers.Close(() => { });
        Database.Dispose();
    }

    /// <summary>Begins a new day with every container's head, in its file's first transaction: a file without that is no day.</summary>
    private void Roll()
    {
        var day = new DayFile(folder, Today);
        if (File.Exists(day.Path)) day.Delete();
        var last = Database;
        var next = SchemaScripts.Journal.Open(day.Path, first: file => CopyHeads(last, file));
        days = days.Add(day);
        Database = next;
        last.Dispose();
    }

    private static void CopyHeads(Database last, Database next)
    {
        using var heads = last.Query("SELECT container, head, time, totals FROM heads");
        while (heads.Step())
        {
            next.Query("INSERT INTO heads (container, head, time, totals) VALUES (?, ?, ?, ?)")
                .Bind(heads.Long(0)).Bind(heads.Long(1)).Bind(heads.Long(2)).Bind(heads.Bytes(3)).Run();
        }
    }

    /// <summary>Whether the file got as far as its first commit. One that did not is taken away.</summary>
    private static bool IsWritten(DayFile day)
    {
        try
        {
            using (var database = Database.OpenToWrite(day.Path))
            {
                if (!SchemaScripts.IsUnwritten(database)) return true;
            }
            day.Delete();
            return false;
        }
        catch (SqliteFault fault) when (fault.IsDamage)
        {
            throw new DataFolderException($"{day.Path} is damaged, or no database at all: {fault.Message}", fault);
        }
    }
}
