using Signalbox.Core.Ports;

namespace Signalbox.Storage.Sqlite;

internal sealed class SqliteVisitorStore(MainFile main, GroupWriter writer) : IVisitorStore
{
    // Read on the caller's thread: the door waits for it, and a hop to another thread would take longer than the read.
    public Task<IReadOnlyList<VisitorRow?>> Read(IReadOnlyList<VisitorKey> keys) => Task.FromResult(main.Readers.ReadHere(file =>
    {
        var rows = new VisitorRow?[keys.Count];
        for (var index = 0; index < rows.Length; index++) rows[index] = Read(file, keys[index]);
        return (IReadOnlyList<VisitorRow?>)rows;
    }));

    public Task<StoreOutcome> Write(VisitorRow row) => writer.Run(() =>
    {
        var query = row.Version == 1
            ? """
              INSERT INTO visitors (last_seen, record, container, id, version) VALUES (?, ?, ?, ?, ?5 + 1) ON CONFLICT DO NOTHING
              """
            : """
              UPDATE visitors SET last_seen = ?, record = ?, version = version + 1 WHERE container = ? AND id = ? AND version = ?
              """;
        var written = main.Database.Query(query)
            .Bind(row.LastSeen).Bind(row.Record.Span).Bind(row.Key.Container).Bind(row.Key.Id).Bind(row.Version - 1).Run();
        return written == 1 ? StoreOutcome.Committed : StoreOutcome.Conflict;
    });

    public Task DeleteUnseen(DateTimeOffset before) =>
        writer.Delete(main.Database, "DELETE FROM visitors WHERE rowid IN (SELECT rowid FROM visitors WHERE last_seen < ? LIMIT ?)", before);

    private static VisitorRow? Read(Database file, VisitorKey key)
    {
        using var row = file.Query("SELECT version, last_seen, record FROM visitors WHERE container = ? AND id = ?").Bind(key.Container).Bind(key.Id);
        return row.Step() ? new VisitorRow(key, row.Long(0), row.Time(1), row.Bytes(2).ToArray()) : null;
    }
}
