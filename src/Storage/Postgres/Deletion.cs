using Npgsql;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Postgres;

internal static class Deletion
{
    private const int RowsAtOnce = 1_000;

    /// <summary>Deletes what is older in small transactions, so that nobody else's write waits for long.</summary>
    /// <param name="sql">A delete whose parameters are the moment and how many rows at the most.</param>
    /// <exception cref="StoreUnavailableException">Some may be left.</exception>
    public static Task Delete(this NpgsqlDataSource connections, string sql, DateTimeOffset before) => Task.Run(async () =>
    {
        try
        {
            int deleted;
            do
            {
                await using var command = connections.CreateCommand(sql);
                deleted = await command.With(before.UtcTicks).With(RowsAtOnce).ExecuteNonQueryAsync();
            }
            while (deleted == RowsAtOnce);
        }
        catch (Exception fault) when (PostgresFault.IsOfTheServer(fault))
        {
            throw new StoreUnavailableException($"old rows could not be deleted: {PostgresFault.Describe(fault)}", fault);
        }
    });
}
