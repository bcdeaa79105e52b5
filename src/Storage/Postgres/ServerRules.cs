using Npgsql;

namespace Signalbox.Storage.Postgres;

/// <summary>What a server must be for Signalbox to keep its word.</summary>
internal static class ServerRules
{
    private const int OldestVersion = 14;

    /// <exception cref="DatabaseException">It is not.</exception>
    public static async Task Check(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("""
            SELECT current_setting('server_version_num')::integer / 10000, current_setting('server_version'), pg_is_in_recovery(),
                current_setting('server_encoding'), current_setting('synchronous_commit'), current_setting('fsync')
            """, connection);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        Require(row.GetInt32(0) >= OldestVersion, $"the server is PostgreSQL {row.GetString(1)}; {OldestVersion} is the oldest that will do");
        Require(!row.GetBoolean(2), "the server is a standby, which cannot be written; name the primary, or several hosts and \"Target Session Attributes=primary\"");
        Require(row.GetString(3) == "UTF8", $"the database's encoding is {row.GetString(3)}; make it anew with ENCODING 'UTF8'");
        Require(
            row.GetString(4) != "off",
            "synchronous_commit is off, so a crash of the server would lose acknowledged events; turn it on for the server (ALTER SYSTEM SET synchronous_commit = on; "
            + "SELECT pg_reload_conf();), or take it away from the role or database that turns it off (ALTER ROLE … RESET synchronous_commit)");
        Require(
            row.GetString(5) == "on",
            "fsync is off, so a loss of power would lose acknowledged events and damage the database; turn it on (ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf();)");
    }

    private static void Require(bool isSo, string otherwise)
    {
        if (!isSo) throw new DatabaseException(otherwise);
    }
}
