using System.Globalization;
using Npgsql;

namespace Signalbox.Storage.Postgres;

/// <summary>
/// The journal's partitions, one per UTC day. They are made ahead, and by the first append of a day that has none. Making one takes no lock that an append or
/// a read would wait for. Dropping one does, and so waits for them for a moment only, and else is tried again an hour later.
/// </summary>
internal sealed class JournalPartitions(TimeProvider time)
{
    private const string NameFormat = "'records_'yyyy_MM_dd";

    private readonly Lock gate = new();
    private readonly HashSet<DateOnly> known = [];

    /// <summary>Makes those of today and tomorrow.</summary>
    public Task MakeAhead(NpgsqlConnection connection)
    {
        var today = DayOf(time.GetUtcNow());
        return Make(connection, [today, today.AddDays(1)]);
    }

    /// <summary>Makes those that are not known to be there.</summary>
    public async Task Make(NpgsqlConnection connection, IEnumerable<DateOnly> days)
    {
        foreach (var day in days.Where(IsUnknown))
        {
            // Attached rather than made as a partition, which would lock out everybody who appends or reads. Its rows are written once and go with it, so
            // that reading them all once more, to tidy up after inserts, would be for nothing.
            await Run(connection, string.Create(CultureInfo.InvariantCulture, $"""
                DO $$ BEGIN
                    PERFORM {DatabaseLock.Partitions};
                    IF NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = '{Session.Schema}'::regnamespace AND relname = '{NameOf(day)}') THEN
                        CREATE TABLE {NameOf(day)} (LIKE records INCLUDING STORAGE, PRIMARY KEY (container, first_seq))
                            WITH (autovacuum_vacuum_insert_threshold = -1, toast.autovacuum_vacuum_insert_threshold = -1);
                        ALTER TABLE records ATTACH PARTITION {NameOf(day)} FOR VALUES FROM ({StartOf(day)}) TO ({StartOf(day) + TimeSpan.TicksPerDay});
                    END IF;
                END $$
                """));
            lock (gate) known.Add(day);
        }
    }

    /// <summary>Another process has dropped some.</summary>
    public void Forget()
    {
        lock (gate) known.Clear();
    }

    /// <summary>Drops those whose day ended by <paramref name="before"/>.</summary>
    /// <exception cref="PostgresException">One is being read all the time; those before it are gone.</exception>
    public async Task DropBefore(NpgsqlConnection connection, DateTimeOffset before)
    {
        foreach (var day in (await Days(connection)).Where(day => day.AddDays(1) <= DayOf(before)))
        {
            lock (gate) known.Remove(day);
            await Run(connection, $"""
                DO $$ BEGIN
                    SET LOCAL lock_timeout = '500ms';
                    PERFORM {DatabaseLock.Partitions};
                    DROP TABLE IF EXISTS {NameOf(day)};
                END $$
                """);
        }
    }

    public static DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);

    private static string NameOf(DateOnly day) => day.ToString(NameFormat, CultureInfo.InvariantCulture);

    private static long StartOf(DateOnly day) => day.ToDateTime(TimeOnly.MinValue).Ticks;

    private static async Task<List<DateOnly>> Days(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'records'::regclass ORDER BY relname", connection);
        await using var rows = await command.ExecuteReaderAsync();
        var days = new List<DateOnly>();
        while (await rows.ReadAsync()) days.Add(DateOnly.ParseExact(rows.GetString(0), NameFormat, CultureInfo.InvariantCulture));
        return days;
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private bool IsUnknown(DateOnly day)
    {
        lock (gate) return !known.Contains(day);
    }
}
