using Signalbox.Core.Ports;

namespace Signalbox.Storage.Sqlite;

internal sealed class SqliteJournalStore(JournalFiles files, GroupWriter writer) : IJournalStore
{
    // The record that holds the seq after the given one may begin at or before it.
    private const string RecordsAfter = """
        records.id BETWEEN coalesce((SELECT max(id) FROM records WHERE id BETWEEN ?1 AND ?2), ?1) AND ?3 AND last_seq > ?4
        """;

    private static readonly JournalHead NoHead = new(0, DateTimeOffset.MinValue, default);

    public Task<JournalHead> ReadHead(int container) => files.Days[^1].Readers.Read(file =>
    {
        using var row = file.Query("SELECT head, time, totals FROM heads WHERE container = ?").Bind(container);
        return row.Step() ? new JournalHead(row.Long(0), row.Time(1), row.Bytes(2).ToArray()) : NoHead;
    });

    public Task<StoreOutcome> Append(int container, JournalRecord record, ReadOnlyMemory<byte> totals) => writer.Run(() =>
    {
        var file = files.Database;
        if (!MoveHead(file, container, record, totals.Span)) return StoreOutcome.Conflict;
        Span<byte> appendId = stackalloc byte[16];
        record.AppendId.TryWriteBytes(appendId);
        file.Query("INSERT INTO bodies (body) VALUES (?)").Bind(record.Body.Span).Run();
        file.Query("""
            INSERT INTO records (id, last_seq, time, append_id, headers, body) VALUES (?, ?, ?, ?, ?, last_insert_rowid())
            """).Bind(RecordKey.Of(container, record.FirstSeq)).Bind(record.LastSeq).Bind(record.Time).Bind(appendId).Bind(record.Headers.Span).Run();
        return StoreOutcome.Committed;
    });

    public Task<IReadOnlyList<JournalRecord>> Read(int container, long afterSeq, int maxBytes) => Task.Run<IReadOnlyList<JournalRecord>>(() =>
    {
        var found = new List<JournalRecord>();
        var room = (long)maxBytes;
        foreach (var day in DaysAfter(container, afterSeq, DateTimeOffset.MinValue))
        {
            room = day.Readers.ReadHere(file => AddRecords(file, container, afterSeq, room, found));
            if (room < 0) break;
        }
        return found;
    });

    public Task<IReadOnlyList<JournalRecord>> ReadHeaders(int container, long afterSeq, DateTimeOffset since, int maxRecords) =>
        Task.Run<IReadOnlyList<JournalRecord>>(() => HeadersAfter(container, afterSeq, since, maxRecords));

    public Task<JournalRecord?> FindHeaders(int container, long seq) => Task.Run(() =>
    {
        var next = HeadersAfter(container, seq - 1, DateTimeOffset.MinValue, 1).FirstOrDefault();
        return next is not null && next.FirstSeq <= seq ? next : null;
    });

    public async Task DropBefore(DateTimeOffset before)
    {
        var outcome = await writer.Run(() =>
        {
            files.DropBefore(before);
            return StoreOutcome.Committed;
        });
        if (outcome != StoreOutcome.Committed) throw new StoreUnavailableException("the journal's old days could not be dropped");
    }

    private static bool MoveHead(Database file, int container, JournalRecord record, ReadOnlySpan<byte> totals)
    {
        var moved = file.Query("UPDATE heads SET head = ?, time = ?, totals = ? WHERE container = ? AND head = ?")
            .Bind(record.LastSeq).Bind(record.Time).Bind(totals).Bind(container).Bind(record.FirstSeq - 1).Run();
        if (moved == 0 && record.FirstSeq == 1)
        {
            moved = file.Query("INSERT INTO heads (head, time, totals, container) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
                .Bind(record.LastSeq).Bind(record.Time).Bind(totals).Bind(container).Run();
        }
        return moved == 1;
    }

    /// <summary>The days with records that end after the seq and were appended since then, oldest first.</summary>
    private Stack<DayFile> DaysAfter(int container, long afterSeq, DateTimeOffset since)
    {
        var found = new Stack<DayFile>();
        foreach (var day in files.Days.Reverse())
        {
            var (head, time, first) = day.Readers.ReadHere(file => ReadExtent(file, container));
            // A head carried over from the day before says that the days before are no further.
            if (head <= afterSeq || time < since) break;
            found.Push(day);
            if (first <= afterSeq + 1) break;
        }
        return found;
    }

    /// <summary>The container's head and its time as the day ended, and the day's first seq; zeros and the highest seq where there is none.</summary>
    private static (long Head, DateTimeOffset Time, long First) ReadExtent(Database file, int container)
    {
        using var row = file.Query("""
            SELECT head, time, (SELECT min(id) FROM records WHERE id BETWEEN ?2 AND ?3) FROM heads WHERE container = ?1
            """).Bind(container).Bind(RecordKey.Of(container, 0)).Bind(RecordKey.Of(container, RecordKey.MaxSeq));
        return row.Step() ? (row.Long(0), row.Time(1), row.IsNull(2) ? long.MaxValue : RecordKey.SeqOf(row.Long(2))) : (0, default, long.MaxValue);
    }

    private List<JournalRecord> HeadersAfter(int container, long afterSeq, DateTimeOffset since, int maxRecords)
    {
        var found = new List<JournalRecord>();
        foreach (var day in DaysAfter(container, afterSeq, since))
        {
            day.Readers.ReadHere(file => AddHeaders(file, container, afterSeq, since, maxRecords, found));
            if (found.Count == maxRecords) break;
        }
        return found;
    }

    private static int AddHeaders(Database file, int container, long afterSeq, DateTimeOffset since, int maxRecords, List<JournalRecord> found)
    {
        using var rows = BindAfter(container, afterSeq, file.Query($"""
            SELECT id, last_seq, time, append_id, headers FROM records WHERE {RecordsAfter} AND time >= ?5 ORDER BY id LIMIT ?6
            """)).Bind(since).Bind(maxRecords - found.Count);
        while (rows.Step()) found.Add(ReadRecord(rows, default));
        return found.Count;
    }

    /// <param name="room">How many bytes of bodies may be added; the first record is added whatever its size.</param>
    /// <returns>The room that is left; negative when something did not fit.</returns>
    private static long AddRecords(Database file, int container, long afterSeq, long room, List<JournalRecord> found)
    {
        using var rows = BindAfter(container, afterSeq, file.Query($"""
            SELECT records.id, last_seq, time, append_id, headers, bodies.body FROM records CROSS JOIN bodies ON bodies.id = records.body
            WHERE {RecordsAfter} ORDER BY records.id
            """));
        while (rows.Step())
        {
            room -= rows.Length(5);
            if (room < 0 && found.Count > 0) break;
            found.Add(ReadRecord(rows, rows.Bytes(5).ToArray()));
        }
        return room;
    }

    private static Statement BindAfter(int container, long afterSeq, Statement query) => query
        .Bind(RecordKey.Of(container, 0)).Bind(RecordKey.Of(container, afterSeq + 1)).Bind(RecordKey.Of(container, RecordKey.MaxSeq)).Bind(afterSeq);

    private static JournalRecord ReadRecord(Statement row, ReadOnlyMemory<byte> body)
    {
        var first = RecordKey.SeqOf(row.Long(0));
        return new JournalRecord(first, (int)(row.Long(1) - first + 1), row.Time(2), new Guid(row.Bytes(3)), row.Bytes(4).ToArray(), body);
    }
}
