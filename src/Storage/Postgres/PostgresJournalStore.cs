using Npgsql;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Postgres;

/// <summary>
/// Who looks for a seq does not know its day, so each partition's index is asked: about 10 µs a day, with 8 days kept and 2 made ahead a tenth of a
/// millisecond. From the record that was found on, later days alone are read.
/// </summary>
internal sealed class PostgresJournalStore(
    ReadPool reads, ReadPool scans, NpgsqlDataSource connections, GroupWriter<Append> appends, JournalPartitions partitions) : IJournalStore
{
    private const int MaxRecordsPerPage = 1_000;
    private const int LikelyBodySize = 512;

    // The record that holds the seq after the given one may begin at or before it. Times never run backwards within a container, so no partition before that
    // record's is looked into again.
    private const string Start = """
        WITH start AS MATERIALIZED (
            SELECT first_seq, time FROM records WHERE container = $1 AND first_seq <= $2 + 1 AND time >= $3 ORDER BY first_seq DESC LIMIT 1
        )
        """;

    private const string RecordsFromStart = """
        FROM records WHERE container = $1 AND last_seq > $2 AND time >= $3
            AND first_seq >= coalesce((SELECT first_seq FROM start), 0) AND time >= coalesce((SELECT time FROM start), 0)
        """;

    private static readonly JournalHead NoHead = new(0, DateTimeOffset.MinValue, default);

    public async Task<JournalHead> ReadHead(int container) => await reads.First(
        "SELECT head, time, totals FROM heads WHERE container = $1",
        command => command.With(container),
        row => new JournalHead(row.GetInt64(0), row.Time(1), row.Bytes(2))).ConfigureAwait(false) ?? NoHead;

    public Task<StoreOutcome> Append(int container, JournalRecord record, ReadOnlyMemory<byte> totals) => appends.Write(new Append(container, record, totals));

    public Task<IReadOnlyList<JournalRecord>> Read(int container, long afterSeq, int maxBytes) => Task.Run<IReadOnlyList<JournalRecord>>(async () =>
    {
        var found = new List<JournalRecord>();
        var room = (long)maxBytes;
        while (true)
        {
            var limit = (int)Math.Clamp((room / LikelyBodySize) + 2, 2, MaxRecordsPerPage);
            var page = await ReadPage(container, afterSeq, room, found.Count == 0, limit);
            found.AddRange(page);
            if (page.Count < limit) return found;
            afterSeq = page[^1].LastSeq;
            room -= page.Sum(record => (long)record.Body.Length);
        }
    });

    public Task<IReadOnlyList<JournalRecord>> ReadHeaders(int container, long afterSeq, DateTimeOffset since, int maxRecords) => scans.All(
        $"{Start} SELECT first_seq, last_seq, time, append_id, headers {RecordsFromStart} ORDER BY first_seq LIMIT $4",
        command => command.With(container).With(afterSeq).With(since.UtcTicks).With(maxRecords),
        row => ToRecord(row, default));

    public async Task<JournalRecord?> FindHeaders(int container, long seq)
    {
        var record = await reads.First(
            "SELECT first_seq, last_seq, time, append_id, headers FROM records WHERE container = $1 AND first_seq <= $2 ORDER BY first_seq DESC LIMIT 1",
            command => command.With(container).With(seq),
            row => ToRecord(row, default)).ConfigureAwait(false);
        return record?.LastSeq >= seq ? record : null;
    }

    public Task DropBefore(DateTimeOffset before) => Task.Run(async () =>
    {
        try
        {
            await using var connection = await connections.OpenConnectionAsync();
            // This is called every hour, so the next days' partitions are made here, too.
            await partitions.MakeAhead(connection);
            await partitions.DropBefore(connection, before);
        }
        catch (Exception fault) when (PostgresFault.IsOfTheServer(fault))
        {
            throw new StoreUnavailableException($"the journal's old days could not be dropped: {PostgresFault.Describe(fault)}", fault);
        }
    });

    /// <param name="room">How many bytes of bodies may be read.</param>
    /// <param name="first">Whether the first record is read whatever its size.</param>
    private Task<IReadOnlyList<JournalRecord>> ReadPage(int container, long afterSeq, long room, bool first, int limit) => scans.All(
        $"""
        {Start}
        SELECT first_seq, last_seq, time, append_id, headers, body FROM (
            SELECT *, sum(octet_length(body)) OVER sofar AS bytes, row_number() OVER sofar AS number {RecordsFromStart}
            WINDOW sofar AS (ORDER BY first_seq ROWS UNBOUNDED PRECEDING) ORDER BY first_seq LIMIT $4
        ) AS page WHERE bytes <= $5 OR ($6 AND number = 1) ORDER BY first_seq
        """,
        command => command.With(container).With(afterSeq).With(0L).With(limit).With(room).With(first),
        row => ToRecord(row, row.Bytes(5)));

    private static JournalRecord ToRecord(NpgsqlDataReader row, ReadOnlyMemory<byte> body)
    {
        var first = row.GetInt64(0);
        return new JournalRecord(first, (int)(row.GetInt64(1) - first + 1), row.Time(2), row.GetGuid(3), row.Bytes(4), body);
    }
}
