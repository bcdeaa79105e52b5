using Signalbox.Core.Ports;

namespace Signalbox.Storage.Sqlite;

internal sealed class SqliteBucketStore(MainFile main, GroupWriter writer) : IBucketStore
{
    public Task<DateTimeOffset> Read(string quotaKey) => main.Readers.Read(file =>
    {
        using var row = file.Query("SELECT reserved_until FROM buckets WHERE quota_key = ?").Bind(quotaKey);
        return row.Step() ? row.Time(0) : DateTimeOffset.MinValue;
    });

    public Task<StoreOutcome> Reserve(string quotaKey, DateTimeOffset expected, DateTimeOffset next) => writer.Run(() =>
    {
        var moved = main.Database.Query("UPDATE buckets SET reserved_until = ? WHERE quota_key = ? AND reserved_until = ?")
            .Bind(next).Bind(quotaKey).Bind(expected).Run();
        if (moved == 0 && expected == DateTimeOffset.MinValue)
        {
            moved = main.Database.Query("INSERT INTO buckets (reserved_until, quota_key) VALUES (?, ?) ON CONFLICT DO NOTHING")
                .Bind(next).Bind(quotaKey).Run();
        }
        return moved == 1 ? StoreOutcome.Committed : StoreOutcome.Conflict;
    });
}
