using System.Globalization;
using Npgsql;

namespace Signalbox.Storage.Postgres;

/// <summary>Brings the database's tables up to date by the <see cref="NumberedScripts"/>; <c>schema_version</c> has the number of those it has seen.</summary>
internal static class SchemaScripts
{
    private static readonly IReadOnlyList<string> Scripts = NumberedScripts.Read("postgres");

    /// <summary>Whichever of several processes comes first applies what is missing, in one transaction; the others wait for it.</summary>
    /// <exception cref="DatabaseException">The tables are another program's, or newer.</exception>
    public static async Task Apply(NpgsqlConnection connection)
    {
        if (await ReadVersion(connection) == Scripts.Count) return;
        await using var transaction = await connection.BeginTransactionAsync();
        await Run(connection, $"SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SELECT {DatabaseLock.Schema}");
        var version = await ReadVersion(connection);
        if (version is null) await Run(connection, $"CREATE SCHEMA {Session.Schema}");
        if (version is null or 0) await Run(connection, "CREATE TABLE schema_version (version integer NOT NULL); INSERT INTO schema_version VALUES (0)");
        foreach (var script in Scripts.Skip(version ?? 0)) await Run(connection, script);
        await Run(connection, string.Create(CultureInfo.InvariantCulture, $"UPDATE schema_version SET version = {Scripts.Count}"));
        await transaction.CommitAsync();
    }

    /// <returns>Null where there is no schema yet, 0 where it is empty.</returns>
    private static async Task<int?> ReadVersion(NpgsqlConnection connection)
    {
        // The catalogues themselves are read: to_regclass and the like may answer from what this connection knew before it waited for the lock.
        var tables = await Ask<string?[]?>(connection, $"""
            SELECT array_agg(relname::text) FROM pg_namespace LEFT JOIN pg_class ON relnamespace = pg_namespace.oid WHERE nspname = '{Session.Schema}' GROUP BY nspname
            """);
        if (tables is null) return null;
        if (!tables.Contains("schema_version"))
        {
            return tables is [null] ? 0 : throw new DatabaseException($"the schema \"{Session.Schema}\" in the database \"{connection.Database}\" is another program's");
        }
        var version = await Ask<int>(connection, "SELECT version FROM schema_version");
        return version <= Scripts.Count ? version : throw new DatabaseException(string.Create(
            CultureInfo.InvariantCulture,
            $"the database \"{connection.Database}\" was written by a newer version of Signalbox: its schema is {version}, this one knows {Scripts.Count}"));
    }

    private static async Task<T> Ask<T>(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync() ?? default(T))!;
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
