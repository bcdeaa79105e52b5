using Signalbox.Core.Ports;
using Signalbox.Storage.Sqlite;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Sqlite;

public sealed class UpgradeTests
{
    [Fact]
    public async Task Days_of_the_first_schema_are_read_and_written_on()
    {
        using var folder = new TempFolder();
        var time = new FakeTime();
        var written = new Dictionary<int, JournalRecord[]>
        {
            [1] = [Records.Make(1, 20), Records.Make(21), Records.Make(22, 3, bodySize: 20_000)],
            [7] = [Records.Make(1), Records.Make(2, 5)],
        };
        WriteFirstSchema(Path.Combine(folder.Path, "journal"), written);

        using var storage = SqliteHarness.Open(folder.Path, time);
        var journal = storage.Stores.Journal;

        foreach (var (container, records) in written)
        {
            Records.AssertSame(records, await journal.Read(container, 0, int.MaxValue));
            await Records.AssertWhole(journal, container, records[^1].LastSeq);
        }
        Assert.Equal(22, (await journal.FindHeaders(1, 23))!.FirstSeq);
        await journal.MustAppend(1, Records.Make(25));
        await Records.AssertWhole(journal, 1, 25);
    }

    /// <summary>A day as the first version wrote it.</summary>
    private static void WriteFirstSchema(string journal, IReadOnlyDictionary<int, JournalRecord[]> containers)
    {
        Directory.CreateDirectory(journal);
        using var file = Database.OpenToWrite(Path.Combine(journal, "2026-03-14.db"));
        using var script = new StreamReader(typeof(SqliteStorage).Assembly.GetManifestResourceStream("journal-1.sql")!);
        file.Begin();
        file.Execute(script.ReadToEnd());
        file.Execute("PRAGMA application_id = 0x53474258; PRAGMA user_version = 1");
        foreach (var (container, records) in containers)
        {
            var last = records[^1];
            file.Query("INSERT INTO heads (container, head, time, totals) VALUES (?, ?, ?, ?)")
                .Bind(container).Bind(last.LastSeq).Bind(last.Time).Bind(Records.Totals(last.LastSeq)).Run();
            foreach (var record in records)
            {
                file.Query("INSERT INTO bodies (body) VALUES (?)").Bind(record.Body.Span).Run();
                file.Query("""
                    INSERT INTO records (container, first_seq, last_seq, time, append_id, headers, body) VALUES (?, ?, ?, ?, ?, ?, last_insert_rowid())
                    """).Bind(container).Bind(record.FirstSeq).Bind(record.LastSeq).Bind(record.Time).Bind(record.AppendId.ToByteArray()).Bind(record.Headers.Span).Run();
            }
        }
        file.Commit();
    }
}
