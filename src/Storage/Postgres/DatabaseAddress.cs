using System.Globalization;
using Npgsql;

namespace Signalbox.Storage.Postgres;

/// <summary>A connection string, read once: from here on it is spoken of by host, port, database and user, and the password stays inside.</summary>
internal sealed class DatabaseAddress
{
    private const string Expected = "expected \"Host=…;Username=…;Password=…;Database=…\"";

    // What is answered within these seconds is answered in time; a server that takes longer is taken for gone.
    private const int ConnectSeconds = 5;

    // The server breaks off sooner (see Session), and its word is worth more than our impatience.
    private const int CommandSeconds = 15;

    private const int KeepAliveSeconds = 30;
    private const int ReadingByDefault = 10;

    private readonly NpgsqlConnectionStringBuilder given;

    /// <exception cref="DatabaseException">It is none, or does not name host and database.</exception>
    public DatabaseAddress(string connectionString)
    {
        given = Parse(connectionString);
        if (string.IsNullOrEmpty(given.Host)) throw new DatabaseException($"the connection string names no Host; {Expected}");
        if (string.IsNullOrEmpty(given.Database)) throw new DatabaseException($"the connection string names no Database; {Expected}");

        given.Pooling = true;
        given.Enlist = false;
        given.Multiplexing = false;
        // A refused row's values must not get into an exception.
        given.IncludeErrorDetail = false;
        given.PersistSecurityInfo = false;
        // Handing a connection back would undo what Session set. Nothing else of a session is ever changed.
        given.NoResetOnClose = true;
        given.MaxAutoPrepare = 50;
        given.AutoPrepareMinUsages = 2;
        given.CommandTimeout = CommandSeconds;
        if (!IsGiven("Timeout")) given.Timeout = ConnectSeconds;
        if (!IsGiven("Keepalive")) given.KeepAlive = KeepAliveSeconds;
        if (!IsGiven("Application Name")) given.ApplicationName = "Signalbox";
    }

    public string Host => given.Port == NpgsqlConnection.DefaultPort ? given.Host! : string.Create(CultureInfo.InvariantCulture, $"{given.Host}:{given.Port}");

    public string Database => given.Database!;

    public string User => given.Username ?? Environment.UserName;

    /// <summary>How many connections read at once.</summary>
    public int ReadConnections => IsGiven("Maximum Pool Size") ? given.MaxPoolSize : ReadingByDefault;

    /// <summary>A pool whose connections are all set as <see cref="Session"/> wants them.</summary>
    public NpgsqlDataSource OpenPool(int connections)
    {
        var builder = new NpgsqlDataSourceBuilder(With(text => (text.MaxPoolSize, text.MinPoolSize) = (connections, Math.Min(text.MinPoolSize, connections))));
        builder.UsePhysicalConnectionInitializer(Session.Set, Session.SetAsync);
        return builder.Build();
    }

    /// <summary>A connection outside all pools, which is not set in any way yet.</summary>
    public NpgsqlConnection NewConnection() => new(With(text => text.Pooling = false));

    private static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or InvalidCastException or OverflowException or KeyNotFoundException)
        {
            // A keyword that nobody knows may be a piece of a password with a semicolon in it, so only known ones are named.
            var keyword = (wrong as ArgumentException)?.ParamName;
            throw new DatabaseException(keyword is not null && new NpgsqlConnectionStringBuilder().ContainsKey(keyword)
                ? $"the connection string's {keyword} has no meaning; {Expected}"
                : $"this is no connection string, or it has a keyword that is not known; {Expected}");
        }
    }

    private bool IsGiven(string keyword) => given.ShouldSerialize(keyword);

    private string With(Action<NpgsqlConnectionStringBuilder> change)
    {
        var changed = new NpgsqlConnectionStringBuilder(given.ConnectionString);
        change(changed);
        return changed.ConnectionString;
    }
}
