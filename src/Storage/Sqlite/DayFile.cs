using System.Globalization;

namespace Signalbox.Storage.Sqlite;

/// <summary>One UTC day's journal file and those who read it.</summary>
internal sealed class DayFile
{
    private const string NameFormat = "yyyy-MM-dd";

    public DayFile(string folder, DateOnly day)
    {
        Day = day;
        Path = System.IO.Path.Combine(folder, day.ToString(NameFormat, CultureInfo.InvariantCulture) + ".db");
        Readers = new ReadPool(Path);
    }

    public DateOnly Day { get; }

    public string Path { get; }

    public ReadPool Readers { get; }

    /// <summary>The days of which there are files, oldest first.</summary>
    public static IEnumerable<DateOnly> DaysIn(string folder) =>
        from path in Directory.EnumerateFiles(folder, "*.db")
        let name = System.IO.Path.GetFileNameWithoutExtension(path)
        where DateOnly.TryParseExact(name, NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        let day = DateOnly.ParseExact(name, NameFormat, CultureInfo.InvariantCulture)
        orderby day
        select day;

    /// <summary>Deletes the file. The log goes first: it must not be taken for the log of a later file of this name.</summary>
    public void Delete()
    {
        File.Delete(Path + "-wal");
        File.Delete(Path + "-shm");
        File.Delete(Path);
    }
}
