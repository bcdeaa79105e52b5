using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Signalbox.Bench.Reporting;

/// <summary>Describes the machine, as far as the figures depend on it.</summary>
internal static class Machine
{
    private const int Syncs = 200;

    public static void Describe(Report report, string folder)
    {
        var (median, slow) = MeasureSync(folder);
        report.Heading("The machine");
        report.Table(
        [
            ["what", "this one"],
            ["CPU", $"{CpuModel()}, {Environment.ProcessorCount} cores"],
            ["memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20:N0} MiB"],
            ["OS", RuntimeInformation.OSDescription],
            [".NET", $"{Environment.Version}, {Build}, {(System.Runtime.GCSettings.IsServerGC ? "server" : "workstation")} GC"],
            ["disk", $"{FileSystem(folder)}; append of 4 KiB and fsync: median {Sample.Text(median, "0.00")} ms, p99 {Sample.Text(slow, "0.00")} ms"],
            ["load before", LoadAverage()],
            ["date", DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture)],
        ]);
    }

#if DEBUG
    private const string Build = "DEBUG BUILD: the figures mean nothing";
#else
    private const string Build = "Release";
#endif

    private static (double Median, double Slow) MeasureSync(string folder)
    {
        var path = Path.Combine(folder, "fsync");
        var block = new byte[4096];
        var milliseconds = new Sample();
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            for (var count = 0; count < Syncs; count++)
            {
                var start = Stopwatch.GetTimestamp();
                file.Write(block);
                file.Flush(flushToDisk: true);
                milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
        File.Delete(path);
        return (milliseconds.Median, milliseconds.Quantile(0.99));
    }

    /// <summary>Processor time that all processes have used since the system started; null where only Linux would tell.</summary>
    public static TimeSpan? ProcessorTime()
    {
        const double ticksPerSecond = 100;
        if (ReadLine("/proc/stat", "cpu ") is not { } line) return null;
        // user nice system idle iowait irq softirq steal…
        var ticks = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(long.Parse).ToList();
        return TimeSpan.FromSeconds((ticks.Sum() - ticks[3] - ticks[4]) / ticksPerSecond);
    }

    private static string CpuModel() =>
        ReadLine("/proc/cpuinfo", "model name")?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string LoadAverage() => ReadLine("/proc/loadavg", "") ?? "unknown";

    private static string FileSystem(string folder) =>
        DriveInfo.GetDrives().Where(drive => folder.StartsWith(drive.Name, StringComparison.Ordinal)).MaxBy(drive => drive.Name.Length)?.DriveFormat ?? "unknown";

    private static string? ReadLine(string path, string start) =>
        File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) : null;
}
