using System.Net.Sockets;
using Npgsql;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Postgres;

/// <summary>
/// Every port in a PostgreSQL database, in its schema <c>signalbox</c>. What is answered as committed has been flushed to the server's disk. Several processes
/// may use one database: what keeps them apart is the compare-and-set of each row.
/// </summary>
public sealed class PostgresStorage : IAsyncDisposable
{
    // A writer each for the journal, destinations, buckets, visitors and the configuration, and one for registrations, one for housekeeping.
    private const int WriteConnections = 7;

    // Reading through a journal takes long, and many do at a start. Nobody who asks for a few rows waits behind them.
    private const int ScanConnections = 4;

    private readonly DatabaseLock use;
    private readonly ReadPool reads;
    private readonly ReadPool scans;
    private readonly NpgsqlDataSource writing;
    private readonly Func<Task> finishWrites;

    private PostgresStorage(DatabaseAddress address, DatabaseLock use, JournalPartitions partitions)
    {
        this.use = use;
        reads = new ReadPool(address, address.ReadConnections);
        scans = new ReadPool(address, ScanConnections);
        writing = address.OpenPool(WriteConnections);
        var appends = new GroupWriter<Append>(writing, () => new AppendGroup(partitions));
        var commits = new GroupWriter<DestinationCommit>(writing, () => new CommitGroup());
        var reservations = new GroupWriter<Reservation>(writing, () => new ReservationGroup());
        var visitors = new GroupWriter<VisitorRow>(writing, () => new VisitorGroup());
        var applications = new GroupWriter<AppliedConfiguration>(writing, () => new ConfigurationGroup());
        finishWrites = () => Task.WhenAll(appends.Close(), commits.Close(), reservations.Close(), visitors.Close(), applications.Close());
        Stores = new Stores(
            new PostgresJournalStore(reads, scans, writing, appends, partitions),
            new PostgresDestinationStore(reads, writing, commits),
            new PostgresBucketStore(reads, reservations),
            new PostgresVisitorStore(reads, writing, visitors),
            new PostgresRegistry(reads, writing),
            new PostgresConfigurationStore(reads, applications));
    }

    public Stores Stores { get; }

    /// <summary>Opens the database, and makes the tables if they are not there.</summary>
    /// <param name="connectionString">As Npgsql takes it. <c>Maximum Pool Size</c> is how many connections read a few rows at a time; twelve more scan, write
    /// and watch.</param>
    /// <param name="time">Decides which days' partitions are made ahead.</param>
    /// <exception cref="DatabaseException">The database cannot be reached, or not be used.</exception>
    public static async Task<PostgresStorage> Open(string connectionString, TimeProvider time, DatabaseUse use)
    {
        var address = new DatabaseAddress(connectionString);
        NpgsqlConnection? connection = null;
        DatabaseLock? held = null;
        try
        {
            connection = Connect(address);
            await connection.OpenAsync();
            await ServerRules.Check(connection);
            await Session.SetAsync(connection);
            // Before the lock watches over this connection, which leaves no room for other questions.
            held = await DatabaseLock.Take(address, use, connection);
            await using var second = address.NewConnection();
            await second.OpenAsync();
            await Session.SetAsync(second);
            await SchemaScripts.Apply(second);
            var partitions = new JournalPartitions(time);
            await partitions.MakeAhead(second);
            return new PostgresStorage(address, held, partitions);
        }
        catch (Exception fault)
        {
            if (held is not null) await held.DisposeAsync();
            else if (connection is not null) await connection.DisposeAsync();
            if (PostgresFault.IsOfTheServer(fault)) throw new DatabaseException(WhyClosed(address, fault), fault);
            throw;
        }
    }

    /// <summary>Finishes the writes that are waiting, and leaves the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await finishWrites();
        await reads.DisposeAsync();
        await scans.DisposeAsync();
        await writing.DisposeAsync();
        await use.DisposeAsync();
    }

    private static NpgsqlConnection Connect(DatabaseAddress address)
    {
        try
        {
            return address.NewConnection();
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException or InvalidOperationException)
        {
            // Each setting is right by itself, and they do not go together.
            throw new DatabaseException($"the connection string cannot be used: {wrong.Message}", wrong);
        }
    }

    private static string WhyClosed(DatabaseAddress address, Exception fault) => fault switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
            $"there is no database \"{address.Database}\" on {address.Host}; CREATE DATABASE makes one",
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword } =>
            $"{address.Host} refuses the password of the user \"{address.User}\"",
        PostgresException { SqlState: PostgresErrorCodes.InvalidAuthorizationSpecification } refused =>
            $"{address.Host} refuses the user \"{address.User}\": {refused.MessageText}",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused =>
            $"the user \"{address.User}\" may not use the database \"{address.Database}\" on {address.Host}: {refused.MessageText}",
        NpgsqlException { InnerException: (SocketException or TimeoutException) and { } silence } =>
            $"no PostgreSQL answers on {address.Host}: {silence.Message}",
        _ => $"the database \"{address.Database}\" on {address.Host} cannot be used: {PostgresFault.Describe(fault)}",
    };
}
