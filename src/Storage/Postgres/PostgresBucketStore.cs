using Npgsql;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Postgres;

internal sealed class PostgresBucketStore(ReadPool reads, GroupWriter<Reservation> reservations) : IBucketStore
{
    public async Task<DateTimeOffset> Read(string quotaKey) => await reads.First(
        "SELECT reserved_until FROM buckets WHERE quota_key = $1", command => command.With(quotaKey), row => row.Time(0)).ConfigureAwait(false);

    public Task<StoreOutcome> Reserve(string quotaKey, DateTimeOffset expected, DateTimeOffset next) =>
        reservations.Write(new Reservation(quotaKey, expected, next));
}

internal sealed record Reservation(string QuotaKey, DateTimeOffset Expected, DateTimeOffset Next);

internal sealed class ReservationGroup : IWriteGroup<Reservation>
{
    private const int MaxReservations = 1_000;

    // Locked in order before any is moved, as heads are; what is not there yet is inserted behind that, in order too.
    private const string Sql = """
        WITH locked AS MATERIALIZED (
            SELECT quota_key FROM buckets WHERE quota_key = ANY ($1) ORDER BY quota_key FOR NO KEY UPDATE
        ), moved AS (
            UPDATE buckets SET reserved_until = wanted.next
            FROM unnest($1, $2, $3) AS wanted (quota_key, expected, next) JOIN locked USING (quota_key)
            WHERE buckets.quota_key = wanted.quota_key AND buckets.reserved_until = wanted.expected
            RETURNING buckets.quota_key
        ), inserted AS (
            INSERT INTO buckets (quota_key, reserved_until)
            SELECT quota_key, next FROM unnest($1, $2, $3) AS wanted (quota_key, expected, next)
            WHERE expected = 0 AND (SELECT count(*) FROM locked) >= 0 ORDER BY quota_key COLLATE "C"
            ON CONFLICT DO NOTHING
            RETURNING quota_key
        )
        SELECT quota_key FROM moved UNION ALL SELECT quota_key FROM inserted
        """;

    private readonly Dictionary<string, Reservation> reservations = [];

    public bool TryAdd(Reservation reservation) => reservations.Count < MaxReservations && reservations.TryAdd(reservation.QuotaKey, reservation);

    public async Task<IReadOnlyList<bool>> Execute(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        command
            .WithColumn(reservations.Keys)
            .WithColumn(reservations.Values.Select(reservation => reservation.Expected.UtcTicks))
            .WithColumn(reservations.Values.Select(reservation => reservation.Next.UtcTicks));
        var written = await command.ReadHits(row => row.GetString(0));
        return [.. reservations.Keys.Select(written.Contains)];
    }
}
