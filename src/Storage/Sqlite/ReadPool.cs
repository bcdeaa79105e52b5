using Signalbox.Core.Ports;

namespace Signalbox.Storage.Sqlite;

/// <summary>The connections through which one file is read beside its writer; as many as were ever reading at once.</summary>
internal sealed class ReadPool(string path)
{
    private readonly Lock gate = new();
    private readonly Stack<Database> idle = [];
    private int reading;
    private Action? whenLeft;

    /// <summary>Reads away from the caller's thread, for what may take the disk a while.</summary>
    public Task<T> Read<T>(Func<Database, T> read) => Task.Run(() => ReadHere(read));

    /// <summary>Reads on the caller's thread, for a few rows that are most likely in memory.</summary>
    /// <exception cref="StoreUnavailableException">The file could not be read.</exception>
    public T ReadHere<T>(Func<Database, T> read)
    {
        try
        {
            var database = Rent();
            try
            {
                return read(database);
            }
            finally
            {
                Return(database);
            }
        }
        catch (SqliteFault fault)
        {
            throw new StoreUnavailableException(fault.Message, fault);
        }
    }

    /// <summary>Lets nobody start reading any more, and calls back when the last reader has left.</summary>
    public void Close(Action left)
    {
        lock (gate)
        {
            whenLeft = left;
            LeaveIfClosed();
        }
    }

    private Database Rent()
    {
        lock (gate)
        {
            if (whenLeft is not null) throw new StoreUnavailableException($"{Path.GetFileName(path)} is closed");
            reading++;
            if (idle.TryPop(out var database)) return database;
        }
        try
        {
            return Database.OpenToRead(path);
        }
        catch
        {
            Return(null);
            throw;
        }
    }

    private void Return(Database? database)
    {
        lock (gate)
        {
            reading--;
            if (database is not null) idle.Push(database);
            LeaveIfClosed();
        }
    }

    private void LeaveIfClosed()
    {
        if (whenLeft is null || reading > 0) return;
        while (idle.TryPop(out var database)) database.Dispose();
        whenLeft();
    }
}
