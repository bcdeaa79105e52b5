using Npgsql;

namespace Signalbox.Storage.Postgres;

/// <summary>Who else may use the database at the same time.</summary>
public enum DatabaseUse
{
    /// <summary>Nobody: one process with a configuration file of its own.</summary>
    Alone,

    /// <summary>The other processes of a cluster, which share one configuration.</summary>
    Shared,
}

/// <summary>
/// Advisory locks: small numbers that mean something to Signalbox alone, each database its own. The lock of use is held as long as its connection lives, and
/// taken again when that broke. It guards against a mistake, such as two configuration files that close each other's destinations, and not against two
/// writers: those are what the compare-and-set is for. So it may be lost for a moment, or go to another process then, and nothing is harmed.
/// </summary>
internal sealed class DatabaseLock : IAsyncDisposable
{
    // "SGBX": tells our locks from other programs'.
    private const int Class = 0x53474258;
    private const int OfUse = 1;
    private const int OfSchema = 2;
    private const int OfPartitions = 3;

    /// <summary>Calls that hold their lock until the transaction ends.</summary>
    public static readonly string Schema = $"pg_advisory_xact_lock({Class}, {OfSchema})";

    /// <inheritdoc cref="Schema"/>
    public static readonly string Partitions = $"pg_advisory_xact_lock({Class}, {OfPartitions})";

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private readonly DatabaseAddress address;
    private readonly string take;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task watching;

    private DatabaseLock(DatabaseAddress address, DatabaseUse use, NpgsqlConnection connection)
    {
        this.address = address;
        take = Take(use);
        watching = Task.Run(() => Watch(connection));
    }

    /// <param name="connection">Holds the lock from now on, and belongs to it; already set as <see cref="Session"/> wants it, whose patience is the lock's.</param>
    /// <exception cref="DatabaseException">Somebody else has it.</exception>
    public static async Task<DatabaseLock> Take(DatabaseAddress address, DatabaseUse use, NpgsqlConnection connection)
    {
        try
        {
            // A process that was killed lets go only once the server has noticed, so this waits a little.
            await using var command = new NpgsqlCommand(Take(use), connection);
            await command.ExecuteNonQueryAsync();
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new DatabaseException(
                $"the database \"{address.Database}\" on {address.Host} is in use by {(use == DatabaseUse.Alone ? "another process" : "a process that runs alone")} of Signalbox", taken);
        }
        return new DatabaseLock(address, use, connection);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watching;
        stopping.Dispose();
    }

    private static string Take(DatabaseUse use) => $"SELECT pg_advisory_lock{(use == DatabaseUse.Shared ? "_shared" : "")}({Class}, {OfUse})";

    private async Task Watch(NpgsqlConnection connection)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // Ends when the connection breaks, for nobody notifies it of anything.
                while (true) await connection.WaitAsync(stopping.Token);
            }
            catch (Exception broken) when (broken is OperationCanceledException || PostgresFault.IsOfTheServer(broken))
            {
                await connection.DisposeAsync();
            }
            connection = await TakeAgain();
        }
        await connection.DisposeAsync();
    }

    /// <returns>The connection that holds the lock; a closed one when there is no more need.</returns>
    private async Task<NpgsqlConnection> TakeAgain()
    {
        while (true)
        {
            var connection = address.NewConnection();
            try
            {
                await connection.OpenAsync(stopping.Token);
                await Session.SetAsync(connection);
                await using var command = new NpgsqlCommand(take, connection);
                await command.ExecuteNonQueryAsync(stopping.Token);
                return connection;
            }
            catch (OperationCanceledException)
            {
                return connection;
            }
            catch (Exception notYet) when (PostgresFault.IsOfTheServer(notYet))
            {
                await connection.DisposeAsync();
                await Task.Delay(Retry, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
