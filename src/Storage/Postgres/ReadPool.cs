using Npgsql;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Postgres;

/// <summary>The connections through which is read, apart from those that write: readers, however many and slow, hold up no append.</summary>
internal sealed class ReadPool(NpgsqlDataSource connections)
{
    /// <summary>All rows of a query. It does not run on the caller's scheduler.</summary>
    /// <exception cref="StoreUnavailableException">The server could not be asked.</exception>
    public Task<IReadOnlyList<T>> All<T>(string sql, Action<NpgsqlCommand> parameters, Func<NpgsqlDataReader, T> read) => Task.Run(async () =>
    {
        try
        {
            return await Ask(sql, parameters, read);
        }
        catch (Exception lost) when (PostgresFault.IsOfTheConnection(lost))
        {
            // The server was restarted, perhaps, and the other connections are as dead.
            connections.Clear();
            return await AskAgain(sql, parameters, read);
        }
        catch (Exception fault) when (PostgresFault.IsOfTheServer(fault))
        {
            throw Unavailable(fault);
        }
    });

    /// <summary>The first row of a query; the default where there is none.</summary>
    /// <inheritdoc cref="All"/>
    public async Task<T?> First<T>(string sql, Action<NpgsqlCommand> parameters, Func<NpgsqlDataReader, T> read) =>
        (await All(sql, parameters, read).ConfigureAwait(false)).FirstOrDefault();

    private async Task<IReadOnlyList<T>> AskAgain<T>(string sql, Action<NpgsqlCommand> parameters, Func<NpgsqlDataReader, T> read)
    {
        try
        {
            return await Ask(sql, parameters, read);
        }
        catch (Exception fault) when (PostgresFault.IsOfTheServer(fault))
        {
            throw Unavailable(fault);
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

    private static StoreUnavailableException Unavailable(Exception fault) => new($"the database cannot be read: {PostgresFault.Describe(fault)}", fault);
}
