using Signalbox.Core.Ports;

namespace Signalbox.Storage.Sqlite;

internal sealed class SqliteConfigurationStore(MainFile main, GroupWriter writer) : IConfigurationStore
{
    public Task<AppliedConfiguration?> Read(long newerThan) => main.Readers.Read(file =>
    {
        using var row = file.Query("SELECT version, applied_at, document FROM configuration WHERE version > ?").Bind(newerThan);
        return row.Step() ? new AppliedConfiguration(row.Long(0), row.Time(1), row.Text(2)) : null;
    });

    public Task<StoreOutcome> Write(AppliedConfiguration next) => writer.Run(() =>
    {
        var query = next.Version == 1
            ? "INSERT INTO configuration (only, applied_at, document, version) VALUES (1, ?, ?, ?3 + 1) ON CONFLICT DO NOTHING"
            : "UPDATE configuration SET applied_at = ?, document = ?, version = version + 1 WHERE version = ?";
        var written = main.Database.Query(query).Bind(next.AppliedAt).Bind(next.Document).Bind(next.Version - 1).Run();
        return written == 1 ? StoreOutcome.Committed : StoreOutcome.Conflict;
    });
}
