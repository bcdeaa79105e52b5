using System.Text;
using Npgsql;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Postgres;

internal sealed class PostgresVisitorStore(ReadPool reads, NpgsqlDataSource connections, GroupWriter<VisitorRow> writes) : IVisitorStore
{
    public async Task<IReadOnlyList<VisitorRow?>> Read(IReadOnlyList<VisitorKey> keys)
    {
        if (keys.Count == 0) return [];
        // By number and not by id, because several of the keys may be the same.
        var rows = new VisitorRow?[keys.Count];
        foreach (var (index, row) in await reads.All(
            """
            SELECT asked.index, version, last_seen, record
            FROM unnest($1, $2) WITH ORDINALITY AS asked (container, id, index) JOIN visitors USING (container, id)
            """,
            command => command.WithColumn(keys.Select(key => key.Container)).WithColumn(keys.Select(key => Encoding.UTF8.GetBytes(key.Id))),
            row => (Index: (int)row.GetInt64(0) - 1, Row: (row.GetInt64(1), row.Time(2), row.Bytes(3)))).ConfigureAwait(false))
        {
            rows[index] = new VisitorRow(keys[index], row.Item1, row.Item2, row.Item3);
        }
        return rows;
    }

    public Task<StoreOutcome> Write(VisitorRow row) => writes.Write(row);

    // Rows that somebody else is at are left for the next time.
    public Task DeleteUnseen(DateTimeOffset before) => connections.Delete(
        """
        DELETE FROM visitors WHERE ctid = ANY (ARRAY (
            SELECT ctid FROM visitors WHERE seen_day <= $1 / 864000000000 AND last_seen < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))
        """,
        before);
}

internal sealed class VisitorGroup : IWriteGroup<VisitorRow>
{
    private const int MaxRows = 1_000;
    private const long MaxBytes = 8 << 20;

    // Locked in order before any is changed, as heads are; what is new is inserted behind that, in order too.
    private const string Sql = """
        WITH locked AS MATERIALIZED (
            SELECT container, id FROM visitors JOIN unnest($1, $2) AS wanted (container, id) USING (container, id)
            ORDER BY container, id FOR NO KEY UPDATE OF visitors
        ), updated AS (
            UPDATE visitors SET version = wanted.version, last_seen = wanted.last_seen, record = wanted.record
            FROM unnest($1, $2, $3, $4, $5) AS wanted (container, id, version, last_seen, record) JOIN locked USING (container, id)
            WHERE visitors.container = wanted.container AND visitors.id = wanted.id AND visitors.version = wanted.version - 1
            RETURNING visitors.container, visitors.id
        ), inserted AS (
            INSERT INTO visitors (container, id, version, last_seen, record)
            SELECT wanted.* FROM unnest($1, $2, $3, $4, $5) AS wanted (container, id, version, last_seen, record)
            WHERE version = 1 AND (SELECT count(*) FROM locked) >= 0 ORDER BY container, id
            ON CONFLICT DO NOTHING
            RETURNING container, id
        )
        SELECT * FROM updated UNION ALL SELECT * FROM inserted
        """;

    private readonly Dictionary<VisitorKey, VisitorRow> rows = [];
    private long bytes;

    public bool TryAdd(VisitorRow row)
    {
        if (rows.Count > 0 && (rows.Count == MaxRows || bytes + row.Record.Length > MaxBytes)) return false;
        if (!rows.TryAdd(row.Key, row)) return false;
        bytes += row.Record.Length;
        return true;
    }

    public async Task<IReadOnlyList<bool>> Execute(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        command
            .WithColumn(rows.Keys.Select(key => key.Container))
            .WithColumn(rows.Keys.Select(key => Encoding.UTF8.GetBytes(key.Id)))
            .WithColumn(rows.Values.Select(row => row.Version))
            .WithColumn(rows.Values.Select(row => row.LastSeen.UtcTicks))
            .WithColumn(rows.Values.Select(row => row.Record));
        var written = await command.ReadHits(row => new VisitorKey(row.GetInt32(0), Encoding.UTF8.GetString(row.Bytes(1))));
        return [.. rows.Keys.Select(written.Contains)];
    }
}
