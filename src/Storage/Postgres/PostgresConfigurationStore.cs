using Npgsql;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Postgres;

internal sealed class PostgresConfigurationStore(ReadPool reads, GroupWriter<AppliedConfiguration> writes) : IConfigurationStore
{
    public Task<AppliedConfiguration?> Read(long newerThan) => reads.First<AppliedConfiguration>(
        "SELECT version, applied_at, document FROM configuration WHERE version > $1",
        command => command.With(newerThan),
        row => new AppliedConfiguration(row.GetInt64(0), row.Time(1), row.GetString(2)));

    public Task<StoreOutcome> Write(AppliedConfiguration next) => writes.Write(next);
}

/// <summary>One application: there is one row.</summary>
internal sealed class ConfigurationGroup : IWriteGroup<AppliedConfiguration>
{
    private AppliedConfiguration? next;

    public bool TryAdd(AppliedConfiguration write)
    {
        if (next is not null) return false;
        next = write;
        return true;
    }

    public async Task<IReadOnlyList<bool>> Execute(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            next!.Version == 1
                ? "INSERT INTO configuration (one, version, applied_at, document) VALUES (1, $1, $2, $3) ON CONFLICT DO NOTHING"
                : "UPDATE configuration SET version = $1, applied_at = $2, document = $3 WHERE version = $1 - 1",
            connection);
        return [await command.With(next.Version).With(next.AppliedAt.UtcTicks).With(next.Document).ExecuteNonQueryAsync() == 1];
    }
}
