using Npgsql;

namespace Signalbox.Storage.Postgres;

/// <summary>
/// What every connection sets for itself, so that the defaults of a server, database or role, which may change while it is open, cannot take away what
/// Signalbox relies on.
/// </summary>
internal static class Session
{
    /// <summary>Where all tables stand.</summary>
    public const string Schema = "signalbox";

    private static readonly string[] Settings =
    [
        $"('search_path', '{Schema}')",
        // The local flush is what I1 needs; whoever has asked for more gets it.
        "('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END)",
        // Each statement sees what was committed by then, and a row that moved on meanwhile is looked at again: the compare-and-set is built on it.
        "('default_transaction_isolation', 'read committed')",
        "('lock_timeout', '2s')",
        "('statement_timeout', '10s')",
        "('transaction_timeout', '0')",
        "('idle_in_transaction_session_timeout', '10s')",
        "('idle_session_timeout', '0')",
        // A plan is kept for long. One made while today's partition was empty would scan it from end to end when it is not any more, or sort what the
        // index has in order already.
        "('enable_seqscan', 'off')",
        "('enable_bitmapscan', 'off')",
        // To the planner what it was asked not to do costs so much that compiling would seem worth it.
        "('jit', 'off')",
        // A group's bodies pass through it; above this they would go through a file.
        "('work_mem', '32MB')",
        // A process whose machine is gone gives up its locks in half a minute.
        "('tcp_keepalives_idle', '15')",
        "('tcp_keepalives_interval', '5')",
        "('tcp_keepalives_count', '3')",
    ];

    // Joined, because not every version has every setting.
    private static readonly string Sql =
        $"SELECT set_config(name, value, false) FROM (VALUES {string.Join(", ", Settings)}) AS wanted (name, value) JOIN pg_settings USING (name)";

    public static void Set(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Sql, connection);
        command.ExecuteNonQuery();
    }

    public static async Task SetAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
