using Npgsql;

namespace Signalbox.Silo;

/// <summary>
/// Orleans' own tables for grain state. They are made by Orleans' scripts and belong to it; a cluster runs without them, for all that is kept there may be lost.
/// </summary>
internal static class GrainTables
{
    /// <summary>Whether the database has them.</summary>
    public static async Task<bool> AreIn(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var tables = source.CreateCommand("SELECT to_regclass('orleansquery') IS NOT NULL AND to_regclass('orleansstorage') IS NOT NULL");
        if (await tables.ExecuteScalarAsync() is not true) return false;
        await using var queries = source.CreateCommand("SELECT count(*) FROM orleansquery WHERE querykey IN ('WriteToStorageKey', 'ReadFromStorageKey', 'ClearStorageKey')");
        return await queries.ExecuteScalarAsync() is 3L;
    }
}
