using Npgsql;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Postgres;

internal sealed record Append(int Container, JournalRecord Record, ReadOnlyMemory<byte> Totals);

/// <summary>
/// Appends of many containers. Those of one container that follow each other are a chain: its head moves over all of them or over none.
/// </summary>
internal sealed class AppendGroup(JournalPartitions partitions) : IWriteGroup<Append>
{
    private const int MaxAppends = 1_000;
    private const long MaxBytes = 8 << 20;

    // The heads are locked in the order of their numbers before any is moved, so that the groups of two processes never wait for each other in a circle. A
    // head that has moved on meanwhile is compared as it stands then. Only what it hit is inserted.
    private const string Sql = """
        WITH locked AS MATERIALIZED (
            SELECT container FROM heads WHERE container = ANY ($1) ORDER BY container FOR NO KEY UPDATE
        ), moved AS (
            UPDATE heads SET head = chain.last_seq, time = chain.time, totals = chain.totals
            FROM unnest($1, $2, $3, $4, $5) AS chain (container, head, last_seq, time, totals) JOIN locked USING (container)
            WHERE heads.container = chain.container AND heads.head = chain.head
            RETURNING heads.container
        ), appended AS (
            INSERT INTO records (container, first_seq, last_seq, time, append_id, headers, body)
            SELECT record.* FROM unnest($6, $7, $8, $9, $10, $11, $12) AS record (container, first_seq, last_seq, time, append_id, headers, body)
            JOIN moved USING (container)
        )
        SELECT container FROM moved
        """;

    private readonly List<Append> appends = [];
    private readonly Dictionary<int, Chain> chains = [];
    private long bytes;

    public bool TryAdd(Append append)
    {
        var size = append.Record.Headers.Length + append.Record.Body.Length;
        if (appends.Count > 0 && (appends.Count == MaxAppends || bytes + size > MaxBytes)) return false;
        if (!chains.TryGetValue(append.Container, out var chain)) chains.Add(append.Container, new Chain(append.Record.FirstSeq - 1, append));
        else if (append.Record.FirstSeq == chain.Last.Record.LastSeq + 1) chains[append.Container] = chain with { Last = append };
        else return false;
        appends.Add(append);
        bytes += size;
        return true;
    }

    public async Task<IReadOnlyList<bool>> Execute(NpgsqlConnection connection)
    {
        await MakeFirstHeads(connection);
        var days = appends.Select(append => JournalPartitions.DayOf(append.Record.Time)).Distinct().ToList();
        await partitions.Make(connection, days);
        HashSet<int> moved;
        try
        {
            moved = await Write(connection);
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.CheckViolation)
        {
            // No partition: another process, with another idea of the time, has dropped it.
            partitions.Forget();
            await partitions.Make(connection, days);
            moved = await Write(connection);
        }
        return [.. appends.Select(append => moved.Contains(append.Container))];
    }

    /// <summary>A container's first append finds its head at 0, so that no append ever has to insert one.</summary>
    private async Task MakeFirstHeads(NpgsqlConnection connection)
    {
        var containers = chains.Where(chain => chain.Value.Head == 0).Select(chain => chain.Key).Order().ToArray();
        if (containers.Length == 0) return;
        await using var command = new NpgsqlCommand(
            "INSERT INTO heads (container, head, time, totals) SELECT container, 0, 0, '' FROM unnest($1) AS container ON CONFLICT DO NOTHING", connection);
        await command.With(containers).ExecuteNonQueryAsync();
    }

    private async Task<HashSet<int>> Write(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        command
            .WithColumn(chains.Keys)
            .WithColumn(chains.Values.Select(chain => chain.Head))
            .WithColumn(chains.Values.Select(chain => chain.Last.Record.LastSeq))
            .WithColumn(chains.Values.Select(chain => chain.Last.Record.Time.UtcTicks))
            .WithColumn(chains.Values.Select(chain => chain.Last.Totals))
            .WithColumn(appends.Select(append => append.Container))
            .WithColumn(appends.Select(append => append.Record.FirstSeq))
            .WithColumn(appends.Select(append => append.Record.LastSeq))
            .WithColumn(appends.Select(append => append.Record.Time.UtcTicks))
            .WithColumn(appends.Select(append => append.Record.AppendId))
            .WithColumn(appends.Select(append => append.Record.Headers))
            .WithColumn(appends.Select(append => append.Record.Body));
        return await command.ReadHits(row => row.GetInt32(0));
    }

    /// <param name="Head">Where the container's head has to stand.</param>
    private sealed record Chain(long Head, Append Last);
}
