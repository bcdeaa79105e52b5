using Npgsql;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Postgres;

internal sealed class PostgresDestinationStore(ReadPool reads, NpgsqlDataSource connections, GroupWriter<DestinationCommit> commits) : IDestinationStore
{
    private const string SelectRow = """
        SELECT container, number, version, cursor, done, claimed, lease_owner, lease_until, stop_reason, stop_until, stop_words, stop_credentials,
            delivered, rejected, expired, parked, cancelled, erased, consent_denied, closed
        FROM destinations
        """;

    public Task<DestinationRow?> Read(DestinationKey key) => reads.First<DestinationRow>(
        $"{SelectRow} WHERE container = $1 AND number = $2", command => command.With(key.Container).With(key.Number), ReadRow);

    public Task<IReadOnlyList<DestinationRow>> ReadOpen() =>
        reads.All($"{SelectRow} WHERE NOT closed ORDER BY container, number", _ => { }, ReadRow);

    public Task<IReadOnlyList<DestinationRow>> ReadUnsettled() => reads.All(
        $"{SelectRow} WHERE closed AND cursor < $1 ORDER BY container, number", command => command.With(DestinationRow.Settled), ReadRow);

    public Task<StoreOutcome> Commit(DestinationCommit commit) => commits.Write(commit);

    public Task<IReadOnlyList<ParkedCall>> ReadParked(DestinationKey key, DateTimeOffset now, int max) => reads.All(
        """
        SELECT id, seqs, due, attempts, since, reason, in_flight, copy FROM parked
        WHERE container = $1 AND destination = $2 AND due <= $3 ORDER BY due, id LIMIT $4
        """,
        command => command.With(key.Container).With(key.Number).With(now.UtcTicks).With(max),
        row => new ParkedCall(
            row.GetString(0), SeqSet.FromBytes(row.Bytes(1)), row.Time(2), row.GetInt32(3), row.Time(4), row.GetString(5), row.GetBoolean(6), row.Bytes(7)));

    public Task<DateTimeOffset?> NextParkedDue(DestinationKey key) => reads.First<DateTimeOffset?>(
        "SELECT due FROM parked WHERE container = $1 AND destination = $2 ORDER BY due LIMIT 1",
        command => command.With(key.Container).With(key.Number),
        row => row.Time(0));

    public async Task<IReadOnlyList<LoggedCall>> ReadCalls(DestinationKey key, long seq)
    {
        var calls = await reads.All(
            """
            SELECT id, time, duration, seqs, outcome, status, words, maybe_duplicate FROM calls
            WHERE container = $1 AND destination = $2 AND last_seq >= $3 AND first_seq <= $3 ORDER BY time, number
            """,
            command => command.With(key.Container).With(key.Number).With(seq),
            ReadCall).ConfigureAwait(false);
        // The range only says that the seq may be among them.
        return [.. calls.Where(call => call.Seqs.Contains(seq))];
    }

    // Rows that somebody else is at are left for the next time.
    public Task DeleteCalls(DateTimeOffset before) => connections.Delete(
        "DELETE FROM calls WHERE ctid = ANY (ARRAY (SELECT ctid FROM calls WHERE time < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))", before);

    private static DestinationRow ReadRow(NpgsqlDataReader row) => new(
        new DestinationKey(row.GetInt32(0), row.GetInt32(1)),
        Version: row.GetInt64(2),
        Cursor: row.GetInt64(3),
        Done: SeqSet.FromBytes(row.Bytes(4)),
        Claimed: row.GetInt64(5),
        LeaseOwner: row.GetInt64(6),
        LeaseUntil: row.Time(7),
        Stop: row.IsDBNull(8) ? null : new Stop((StopReason)row.GetInt16(8), row.Time(9), row.TextOrNull(10), row.GetString(11)),
        new DeliveryCounts(
            row.GetInt64(12), row.GetInt64(13), row.GetInt64(14), row.GetInt64(15), row.GetInt64(16), row.GetInt64(17), row.GetInt64(18)),
        Closed: row.GetBoolean(19));

    private static LoggedCall ReadCall(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.Time(1),
        new TimeSpan(row.GetInt64(2)),
        SeqSet.FromBytes(row.Bytes(3)),
        (CallOutcome)row.GetInt16(4),
        row.IsDBNull(5) ? null : row.GetInt32(5),
        row.TextOrNull(6),
        row.GetBoolean(7));
}
