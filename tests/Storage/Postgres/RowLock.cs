using Npgsql;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Postgres;

/// <summary>Somebody else's transaction that keeps rows locked, so that a test knows what is waiting behind it.</summary>
internal sealed class RowLock : IDisposable
{
    private readonly NpgsqlConnection connection;

    /// <param name="rows">The end of a SELECT, from its FROM on.</param>
    public RowLock(string connectionString, string rows)
    {
        connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand($"BEGIN; SELECT FROM {rows} FOR UPDATE", connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Waits until so many others of the database wait for a lock.</summary>
    public Task Blocks(int count) => Eventually.Holds(() => count == CountWaiting());

    public void Dispose() => connection.Dispose();

    private long CountWaiting()
    {
        using var command = new NpgsqlCommand(
            """
            SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted
                AND pid IN (SELECT pid FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))
            """,
            connection);
        return (long)command.ExecuteScalar()!;
    }
}
