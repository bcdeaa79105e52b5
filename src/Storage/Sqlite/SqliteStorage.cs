using Signalbox.Core.Ports;

namespace Signalbox.Storage.Sqlite;

/// <summary>
/// Every port in a data folder: <c>signalbox.db</c>, <c>journal/</c> with one file per UTC day, and <c>lock</c>, which this process holds as
/// long as the folder is open. What is answered as committed has been synced to the disk.
/// </summary>
public sealed class SqliteStorage : IDisposable
{
    private readonly FileStream folderLock;
    private readonly MainFile main;
    private readonly JournalFiles journal;
    private readonly GroupWriter mainWriter;
    private readonly GroupWriter journalWriter;
    private readonly SqliteRegistry registry;

    private SqliteStorage(FileStream folderLock, MainFile main, JournalFiles journal, Action<Exception> onFatal)
    {
        this.folderLock = folderLock;
        this.main = main;
        this.journal = journal;
        mainWriter = new GroupWriter("signalbox.db", main, onFatal);
        journalWriter = new GroupWriter("journal", journal, onFatal);
        registry = new SqliteRegistry(main, mainWriter);
        Stores = new Stores(
            new SqliteJournalStore(journal, journalWriter),
            new SqliteDestinationStore(main, mainWriter),
            new SqliteBucketStore(main, mainWriter),
            new SqliteVisitorStore(main, mainWriter),
            registry,
            new SqliteConfigurationStore(main, mainWriter));
    }

    public Stores Stores { get; }

    /// <summary>How large each file may grow: a full disk, for tests.</summary>
    internal long CapacityBytes
    {
        set
        {
            main.CapacityBytes = value;
            journal.CapacityBytes = value;
        }
    }

    /// <summary>Opens the folder, and makes it if it is not there.</summary>
    /// <param name="time">Decides which day's file an append goes to.</param>
    /// <param name="onFatal">Called when a sync to the disk failed, from the thread that writes. Only ending the process is right then: what was
    /// written before may be lost without a sign, and reading the files anew is the only way to know.</param>
    /// <exception cref="DataFolderException">The folder is in use, cannot be written, or holds what is not ours, damaged or newer.</exception>
    public static SqliteStorage Open(string folder, TimeProvider time, Action<Exception> onFatal)
    {
        folder = Path.GetFullPath(folder);
        FileStream? folderLock = null;
        MainFile? main = null;
        try
        {
            folderLock = Lock(folder);
            // First the journal's folder: what syncs signalbox.db's name to the disk then syncs the folder's, too.
            Directory.CreateDirectory(Path.Combine(folder, "journal"));
            main = new MainFile(Path.Combine(folder, "signalbox.db"));
            return new SqliteStorage(folderLock, main, new JournalFiles(Path.Combine(folder, "journal"), time), onFatal);
        }
        catch (Exception error)
        {
            main?.Dispose();
            folderLock?.Dispose();
            if (error is SqliteFault or IOException or UnauthorizedAccessException)
            {
                throw new DataFolderException($"the data folder {folder} cannot be opened: {error.Message}", error);
            }
            throw;
        }
    }

    /// <summary>Finishes the writes that are waiting, and leaves the folder.</summary>
    public void Dispose()
    {
        mainWriter.Dispose();
        journalWriter.Dispose();
        registry.Dispose();
        folderLock.Dispose();
    }

    private static FileStream Lock(string folder)
    {
        Directory.CreateDirectory(folder);
        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new DataFolderException($"the data folder {folder} is in use by another process", error);
        }
    }
}
