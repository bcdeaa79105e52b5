using System.Globalization;
using System.Text.Json;
using Signalbox.Bench.Reporting;

namespace Signalbox.Bench.Window;

/// <summary>How long a start takes to rebuild the dedupe window of a million accepted events.</summary>
internal static class WindowBenchmark
{
    public static async Task Run(Report report, Options options)
    {
        report.Heading("window: a million keys rebuilt at start");
        var rows = new List<string[]> { new[] { "events a record", "storage opened, ms", "window rebuilt, ms", "heap, MiB" } };
        foreach (var eventsPerRecord in (int[])[20, 1]) rows.Add(await Measure(options, eventsPerRecord));
        report.Table(rows);
        report.Paragraph("Each start in a new process, nothing compiled before, the files in the system's page cache (goal: under 1,000 ms). Median (least – most).");
    }

    private static async Task<string[]> Measure(Options options, int eventsPerRecord)
    {
        var folder = Path.Combine(options.Data, string.Create(CultureInfo.InvariantCulture, $"window-{Environment.ProcessId}-{eventsPerRecord}"));
        try
        {
            await JournalFolder.Build(folder, eventsPerRecord);
            var (opened, started, heap) = (new Sample(), new Sample(), new Sample());
            for (var round = 0; round < options.Rounds; round++)
            {
                using var child = Child.StartRole(WindowStart.Role, folder);
                var times = JsonSerializer.Deserialize<WindowTimes>(await child.ReadLine("{"))!;
                opened.Add(times.Opened);
                started.Add(times.Started);
                heap.Add(times.Heap / 1048576.0);
            }
            return [eventsPerRecord.ToString(CultureInfo.InvariantCulture), opened.Show("N0"), started.Show("N0"), heap.Show("0.0")];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
