using Npgsql;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Postgres;

/// <summary>
/// The connections through which one kind of reading goes, apart from those that write: readers, however many and slow, hold up no append. Whoever finds none
/// free waits for a turn.
/// </summary>
internal sealed class ReadPool(DatabaseAddress address, int size) : IAsyncDisposable
{
    private readonly NpgsqlDataSource connections = address.OpenPool(size);
    private readonly SemaphoreSlim turns = new(size);

    /// <summary>All rows of a query. It does not run on the caller's scheduler.</summary>
    /// <exception cref="StoreUnavailableException">The server could not be asked.</exception>
    public Task<IReadOnlyList<T>> All<T>(string sql, Action<NpgsqlCommand> parameters, Func<NpgsqlDataReader, T> read) => Task.Run(async () =>
    {
        await turns.WaitAsync();
        try
        {
            return await AskTwice(sql, parameters, read);
        }
        catch (Exception fault) when (PostgresFault.IsOfTheServer(fault))
        {
            throw new StoreUnavailableException($"the database cannot be read: {PostgresFault.Describe(fault)}", fault);
        }
        finally
        {
            turns.Release();
        }
    });

    /// <summary>The first row of a query; the default where there is none.</summary>
    /// <inheritdoc cref="All"/>
    public async Task<T?> First<T>(string sql, Action<NpgsqlCommand> parameters, Func<NpgsqlDataReader, T> read) =>
        (await All(sql, parameters, read).ConfigureAwait(false)).FirstOrDefault();

    public ValueTask DisposeAsync() => connections.DisposeAsync();

    private async Task<IReadOnlyList<T>> AskTwice<T>(string sql, Action<NpgsqlCommand> parameters, Func<NpgsqlDataReader, T> read)
    {
        try
        {
            return await Ask(sql, parameters, read);
        }
        catch (Exception lost) when (PostgresFault.IsOfTheConnection(lost))
        {
            // The server was restarted, perhaps, and the other connections are as dead.
            connections.Clear();
            return await Ask(sql, parameters, read);
        }
    }

    private async Task<IReadOnlyList<T>> Ask<T>(string sql, Action<NpgsqlCommand> parameters, Func<NpgsqlDataReader, T> read)
    {
        await using var command = connections.CreateCommand(sql);
        parameters(command);
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<T>();
        while (await rows.ReadAsync()) found.Add(read(rows));
        return found;
    }
}
