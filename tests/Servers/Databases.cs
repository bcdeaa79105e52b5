using Npgsql;

namespace Signalbox.Servers;

/// <summary>
/// A database for each test that asks: on the server that <c>SIGNALBOX_TEST_POSTGRES</c> names by a connection string, or else on one that all tests
/// of this process share.
/// </summary>
public static class Databases
{
    private const string Variable = "SIGNALBOX_TEST_POSTGRES";

    private static readonly string? Given = Environment.GetEnvironmentVariable(Variable);
    private static readonly Lazy<PostgresServer> Own = new(() => new PostgresServer());

    private static int made;

    /// <summary>Why there can be no database here, and what to do; null when there can.</summary>
    public static string? WhyNone { get; } = Given is null && PostgresServer.WhyNone is { } why ? $"{why}, or name a running server in {Variable}" : null;

    /// <returns>The new database's connection string.</returns>
    public static string Create()
    {
        var name = $"signalbox_{Environment.ProcessId}_{Interlocked.Increment(ref made)}";
        Run(Server, $"DROP DATABASE IF EXISTS {name}");
        Run(Server, $"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0");
        return new NpgsqlConnectionStringBuilder(Server) { Database = name }.ConnectionString;
    }

    /// <summary>Takes the database away, whoever is still connected.</summary>
    public static void Drop(string connectionString) =>
        Run(Server, $"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    /// <summary>Runs statements and leaves no connection behind.</summary>
    public static void Run(string connectionString, string sql) => Ask<object>(connectionString, sql);

    /// <summary>The first value of the first row; the default where there is none.</summary>
    public static T? Ask<T>(string connectionString, string sql)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar() is T value ? value : default;
    }

    private static string Server => Given ?? Own.Value.ConnectionString("postgres");
}
