using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Sqlite;

internal sealed class SqliteDestinationStore(MainFile main, GroupWriter writer) : IDestinationStore
{
    private const string SelectRow = """
        SELECT container, number, version, cursor, done, claimed, lease_owner, lease_until, stop_reason, stop_until, stop_words, stop_credentials,
            delivered, rejected, expired, parked, cancelled, erased, consent_denied, closed
        FROM destinations
        """;

    public Task<DestinationRow?> Read(DestinationKey key) => main.Readers.Read(file =>
    {
        using var row = file.Query($"{SelectRow} WHERE container = ? AND number = ?").Bind(key.Container).Bind(key.Number);
        return row.Step() ? ReadRow(row) : null;
    });

    public Task<IReadOnlyList<DestinationRow>> ReadOpen() => main.Readers.Read(file =>
    {
        using var rows = file.Query($"{SelectRow} WHERE NOT closed ORDER BY container, number");
        return ReadAll(rows, ReadRow);
    });

    public Task<IReadOnlyList<DestinationRow>> ReadUnsettled() => main.Readers.Read(file =>
    {
        using var rows = file.Query($"{SelectRow} WHERE closed AND cursor < ? ORDER BY container, number").Bind(DestinationRow.Settled);
        return ReadAll(rows, ReadRow);
    });

    public Task<StoreOutcome> Commit(DestinationCommit commit) => writer.Run(() =>
    {
        var file = main.Database;
        if (!Update(file, commit.Row)) return StoreOutcome.Conflict;
        foreach (var id in commit.Unparked) Unpark(file, commit.Row.Key, id);
        foreach (var parked in commit.Parked) Park(file, commit.Row.Key, parked);
        foreach (var call in commit.Calls) Log(file, commit.Row.Key, call);
        return StoreOutcome.Committed;
    });

    public Task<IReadOnlyList<ParkedCall>> ReadParked(DestinationKey key, DateTimeOffset now, int max) => main.Readers.Read(file =>
    {
        using var rows = file.Query("""
            SELECT id, seqs, due, attempts, since, reason, in_flight, copy FROM parked
            WHERE container = ? AND destination = ? AND due <= ? ORDER BY due, id LIMIT ?
            """).Bind(key.Container).Bind(key.Number).Bind(now).Bind(max);
        return ReadAll(rows, row => new ParkedCall(
            row.Text(0), SeqSet.FromBytes(row.Bytes(1)), row.Time(2), row.Int(3), row.Time(4), row.Text(5), row.Bool(6), row.Bytes(7).ToArray()));
    });

    public Task<DateTimeOffset?> NextParkedDue(DestinationKey key) => main.Readers.Read<DateTimeOffset?>(file =>
    {
        using var row = file.Query("SELECT due FROM parked WHERE container = ? AND destination = ? ORDER BY due LIMIT 1")
            .Bind(key.Container).Bind(key.Number);
        return row.Step() ? row.Time(0) : null;
    });

    public Task<IReadOnlyList<LoggedCall>> ReadCalls(DestinationKey key, long seq) => main.Readers.Read(file =>
    {
        using var rows = file.Query("""
            SELECT id, time, duration, seqs, outcome, status, words, maybe_duplicate FROM calls
            WHERE container = ? AND destination = ? AND last_seq >= ?3 AND first_seq <= ?3 ORDER BY time, rowid
            """).Bind(key.Container).Bind(key.Number).Bind(seq);
        // The range only says that the seq may be among them.
        return (IReadOnlyList<LoggedCall>)[.. ReadAll(rows, ReadCall).Where(call => call.Seqs.Contains(seq))];
    });

    public Task DeleteCalls(DateTimeOffset before) =>
        writer.Delete(main.Database, "DELETE FROM calls WHERE rowid IN (SELECT rowid FROM calls WHERE time < ? LIMIT ?)", before);

    /// <summary>The registry's part, in its transaction: a new destination's first row.</summary>
    public static void Insert(Database file, DestinationRow row) => Bind(
        file.Query("""
            INSERT INTO destinations (cursor, done, claimed, lease_owner, lease_until, stop_reason, stop_until, stop_words, stop_credentials,
                delivered, rejected, expired, parked, cancelled, erased, consent_denied, closed, version, container, number)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """), row).Run();

    /// <summary>The registry's part, in its transaction: the destination was removed.</summary>
    public static void Close(Database file, DestinationKey key) =>
        file.Query("UPDATE destinations SET closed = 1, version = version + 1 WHERE container = ? AND number = ?")
            .Bind(key.Container).Bind(key.Number).Run();

    private static bool Update(Database file, DestinationRow row) => 1 == Bind(
        file.Query("""
            UPDATE destinations SET cursor = ?, done = ?, claimed = ?, lease_owner = ?, lease_until = ?,
                stop_reason = ?, stop_until = ?, stop_words = ?, stop_credentials = ?, delivered = ?, rejected = ?, expired = ?, parked = ?, cancelled = ?, erased = ?,
                consent_denied = ?, closed = ?, version = ?18
            WHERE container = ? AND number = ? AND version = ?18 - 1
            """), row).Run();

    private static Statement Bind(Statement statement, DestinationRow row) => statement
        .Bind(row.Cursor).Bind(row.Done.ToBytes()).Bind(row.Claimed).Bind(row.LeaseOwner).Bind(row.LeaseUntil)
        .Bind((long?)row.Stop?.Reason).Bind(row.Stop?.Until.UtcTicks).Bind(row.Stop?.Words).Bind(row.Stop?.CredentialsFingerprint)
        .Bind(row.Counts.Delivered).Bind(row.Counts.Rejected).Bind(row.Counts.Expired)
        .Bind(row.Counts.Parked).Bind(row.Counts.Cancelled).Bind(row.Counts.Erased).Bind(row.Counts.ConsentDenied)
        .Bind(row.Closed).Bind(row.Version).Bind(row.Key.Container).Bind(row.Key.Number);

    private static void Unpark(Database file, DestinationKey key, string id) =>
        file.Query("DELETE FROM parked WHERE container = ? AND destination = ? AND id = ?").Bind(key.Container).Bind(key.Number).Bind(id).Run();

    private static void Park(Database file, DestinationKey key, ParkedCall parked) =>
        file.Query("""
            INSERT OR REPLACE INTO parked (container, destination, id, seqs, due, attempts, since, reason, in_flight, copy)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """).Bind(key.Container).Bind(key.Number).Bind(parked.Id).Bind(parked.Seqs.ToBytes()).Bind(parked.Due).Bind(parked.Attempts)
            .Bind(parked.Since).Bind(parked.Reason).Bind(parked.InFlight).Bind(parked.Copy.Span).Run();

    private static void Log(Database file, DestinationKey key, LoggedCall call) =>
        file.Query("""
            INSERT INTO calls (container, destination, id, time, duration, first_seq, last_seq, seqs, outcome, status, words, maybe_duplicate)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """).Bind(key.Container).Bind(key.Number).Bind(call.Id).Bind(call.Time).Bind(call.Duration.Ticks)
            .Bind(call.Seqs.First).Bind(call.Seqs.Last).Bind(call.Seqs.ToBytes())
            .Bind((long)call.Outcome).Bind((long?)call.Status).Bind(call.Words).Bind(call.MaybeDuplicate).Run();

    private static DestinationRow ReadRow(Statement row) => new(
        new DestinationKey(row.Int(0), row.Int(1)),
        Version: row.Long(2),
        Cursor: row.Long(3),
        Done: SeqSet.FromBytes(row.Bytes(4)),
        Claimed: row.Long(5),
        LeaseOwner: row.Long(6),
        LeaseUntil: row.Time(7),
        Stop: row.IsNull(8) ? null : new Stop((StopReason)row.Int(8), row.Time(9), row.TextOrNull(10), row.Text(11)),
        new DeliveryCounts(row.Long(12), row.Long(13), row.Long(14), row.Long(15), row.Long(16), row.Long(17), row.Long(18)),
        Closed: row.Bool(19));

    private static LoggedCall ReadCall(Statement row) => new(
        row.Text(0),
        row.Time(1),
        new TimeSpan(row.Long(2)),
        SeqSet.FromBytes(row.Bytes(3)),
        (CallOutcome)row.Int(4),
        row.IsNull(5) ? null : row.Int(5),
        row.TextOrNull(6),
        row.Bool(7));

    private static IReadOnlyList<T> ReadAll<T>(Statement rows, Func<Statement, T> read)
    {
        var found = new List<T>();
        while (rows.Step()) found.Add(read(rows));
        return found;
    }
}
