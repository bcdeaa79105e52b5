using Npgsql;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Postgres;

/// <summary>Commits of different destinations, each with its parked and its logged calls.</summary>
internal sealed class CommitGroup : IWriteGroup<DestinationCommit>
{
    private const int MaxCommits = 500;
    private const int MaxRows = 10_000;

    // Locked in order before any is changed, as heads are. What belongs to a row is written only if that hit.
    private const string Sql = """
        WITH locked AS MATERIALIZED (
            SELECT container, number FROM destinations JOIN unnest($1, $2) AS wanted (container, number) USING (container, number)
            ORDER BY container, number FOR NO KEY UPDATE OF destinations
        ), updated AS (
            UPDATE destinations SET version = wanted.version, cursor = wanted.cursor, done = wanted.done, claimed = wanted.claimed,
                lease_owner = wanted.lease_owner, lease_until = wanted.lease_until, stop_reason = wanted.stop_reason, stop_until = wanted.stop_until,
                stop_words = wanted.stop_words, stop_credentials = wanted.stop_credentials, delivered = wanted.delivered, rejected = wanted.rejected,
                expired = wanted.expired, parked = wanted.parked, cancelled = wanted.cancelled, erased = wanted.erased,
                consent_denied = wanted.consent_denied, closed = wanted.closed
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) AS wanted (
                container, number, version, cursor, done, claimed, lease_owner, lease_until, stop_reason, stop_until, stop_words, stop_credentials,
                delivered, rejected, expired, parked, cancelled, erased, consent_denied, closed) JOIN locked USING (container, number)
            WHERE destinations.container = wanted.container AND destinations.number = wanted.number AND destinations.version = wanted.version - 1
            RETURNING destinations.container, destinations.number
        ), unparked AS (
            DELETE FROM parked USING unnest($21, $22, $23) AS over (container, number, id) JOIN updated USING (container, number)
            WHERE parked.container = over.container AND parked.destination = over.number AND parked.id = over.id
        ), newly_parked AS (
            INSERT INTO parked (container, destination, id, seqs, due, attempts, since, reason, in_flight, copy)
            SELECT call.* FROM unnest($24, $25, $26, $27, $28, $29, $30, $31, $32, $33) AS call (
                container, number, id, seqs, due, attempts, since, reason, in_flight, copy) JOIN updated USING (container, number)
            ON CONFLICT (container, destination, id) DO UPDATE SET seqs = excluded.seqs, due = excluded.due, attempts = excluded.attempts,
                since = excluded.since, reason = excluded.reason, in_flight = excluded.in_flight, copy = excluded.copy
        ), logged AS (
            INSERT INTO calls (container, destination, id, time, duration, first_seq, last_seq, seqs, outcome, status, words, maybe_duplicate)
            SELECT call.container, call.number, id, time, duration, first_seq, last_seq, seqs, outcome, status, words, maybe_duplicate
            FROM unnest($34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45) WITH ORDINALITY AS call (
                container, number, id, time, duration, first_seq, last_seq, seqs, outcome, status, words, maybe_duplicate, place)
                JOIN updated USING (container, number) ORDER BY place
            ON CONFLICT DO NOTHING
        )
        SELECT container, number FROM updated
        """;

    private readonly Dictionary<DestinationKey, DestinationCommit> commits = [];
    private int rows;

    public bool TryAdd(DestinationCommit commit)
    {
        var size = commit.Parked.Count + commit.Unparked.Count + commit.Calls.Count;
        if (commits.Count > 0 && (commits.Count == MaxCommits || rows + size > MaxRows)) return false;
        if (!commits.TryAdd(commit.Row.Key, commit)) return false;
        rows += size;
        return true;
    }

    public async Task<IReadOnlyList<bool>> Execute(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        AddRows(command, [.. commits.Values.Select(commit => commit.Row)]);
        // A statement changes a row once at the most: of calls with one id the last stands, and what is parked is not over.
        var parked = commits.Values.SelectMany(commit => commit.Parked.GroupBy(call => call.Id).Select(same => (commit.Row.Key, Call: same.Last()))).ToList();
        AddUnparked(command, [.. commits.Values.SelectMany(commit => commit.Unparked.Except(commit.Parked.Select(call => call.Id)).Select(id => (commit.Row.Key, id)))]);
        AddParked(command, parked);
        AddCalls(command, [.. commits.Values.SelectMany(commit => commit.Calls.Select(call => (commit.Row.Key, call)))]);
        var written = await command.ReadHits(row => new DestinationKey(row.GetInt32(0), row.GetInt32(1)));
        return [.. commits.Keys.Select(written.Contains)];
    }

    /// <summary>The columns of whole rows, in the order of the table.</summary>
    public static void AddRows(NpgsqlCommand command, IReadOnlyList<DestinationRow> rows) => command
        .WithColumn(rows.Select(row => row.Key.Container))
        .WithColumn(rows.Select(row => row.Key.Number))
        .WithColumn(rows.Select(row => row.Version))
        .WithColumn(rows.Select(row => row.Cursor))
        .WithColumn(rows.Select(row => row.Done.ToBytes()))
        .WithColumn(rows.Select(row => row.Claimed))
        .WithColumn(rows.Select(row => row.LeaseOwner))
        .WithColumn(rows.Select(row => row.LeaseUntil.UtcTicks))
        .WithColumn(rows.Select(row => (short?)row.Stop?.Reason))
        .WithColumn(rows.Select(row => row.Stop?.Until.UtcTicks))
        .WithColumn(rows.Select(row => Commands.Clean(row.Stop?.Words)))
        .WithColumn(rows.Select(row => row.Stop?.CredentialsFingerprint))
        .WithColumn(rows.Select(row => row.Counts.Delivered))
        .WithColumn(rows.Select(row => row.Counts.Rejected))
        .WithColumn(rows.Select(row => row.Counts.Expired))
        .WithColumn(rows.Select(row => row.Counts.Parked))
        .WithColumn(rows.Select(row => row.Counts.Cancelled))
        .WithColumn(rows.Select(row => row.Counts.Erased))
        .WithColumn(rows.Select(row => row.Counts.ConsentDenied))
        .WithColumn(rows.Select(row => row.Closed));

    private static void AddUnparked(NpgsqlCommand command, IReadOnlyList<(DestinationKey Key, string Id)> over) => command
        .WithColumn(over.Select(call => call.Key.Container))
        .WithColumn(over.Select(call => call.Key.Number))
        .WithColumn(over.Select(call => call.Id));

    private static void AddParked(NpgsqlCommand command, IReadOnlyList<(DestinationKey Key, ParkedCall Call)> parked) => command
        .WithColumn(parked.Select(one => one.Key.Container))
        .WithColumn(parked.Select(one => one.Key.Number))
        .WithColumn(parked.Select(one => one.Call.Id))
        .WithColumn(parked.Select(one => one.Call.Seqs.ToBytes()))
        .WithColumn(parked.Select(one => one.Call.Due.UtcTicks))
        .WithColumn(parked.Select(one => one.Call.Attempts))
        .WithColumn(parked.Select(one => one.Call.Since.UtcTicks))
        .WithColumn(parked.Select(one => Commands.Clean(one.Call.Reason)))
        .WithColumn(parked.Select(one => one.Call.InFlight))
        .WithColumn(parked.Select(one => one.Call.Copy));

    private static void AddCalls(NpgsqlCommand command, IReadOnlyList<(DestinationKey Key, LoggedCall Call)> calls) => command
        .WithColumn(calls.Select(one => one.Key.Container))
        .WithColumn(calls.Select(one => one.Key.Number))
        .WithColumn(calls.Select(one => one.Call.Id))
        .WithColumn(calls.Select(one => one.Call.Time.UtcTicks))
        .WithColumn(calls.Select(one => one.Call.Duration.Ticks))
        .WithColumn(calls.Select(one => one.Call.Seqs.First))
        .WithColumn(calls.Select(one => one.Call.Seqs.Last))
        .WithColumn(calls.Select(one => one.Call.Seqs.ToBytes()))
        .WithColumn(calls.Select(one => (short)one.Call.Outcome))
        .WithColumn(calls.Select(one => one.Call.Status))
        .WithColumn(calls.Select(one => Commands.Clean(one.Call.Words)))
        .WithColumn(calls.Select(one => one.Call.MaybeDuplicate));
}
