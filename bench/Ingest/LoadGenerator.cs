using System.Diagnostics;

namespace Signalbox.Bench.Ingest;

/// <summary>
/// Sends the load, in a process of its own. It says <see cref="Measuring"/> when the warm-up is over, and then its result, once all is answered.
/// </summary>
internal static class LoadGenerator
{
    public const string Role = "load-generator";

    public const string Measuring = "measuring";

    public const string Measured = "measured";

    public static async Task<int> Run(LoadPlan plan)
    {
        var connections = Enumerable.Range(0, plan.Connections).Select(number => new Connection(number % Purchases.People)).ToList();
        foreach (var connection in connections) connection.Open(plan.Port);

        var start = Stopwatch.GetTimestamp();
        var from = start + (long)(plan.WarmUpSeconds * Stopwatch.Frequency);
        var to = from + (long)(plan.Seconds * Stopwatch.Frequency);
        var latencies = new Latencies(from, to);
        var processorTime = Announce(from, to);
        await (plan.Rate > 0
            ? new OpenLoop(connections, latencies, plan.FirstNumber, plan.Rate).Run(start, to)
            : new ClosedLoop(connections, latencies, plan.FirstNumber).Run(to));
        Console.WriteLine(latencies.ToResult((await processorTime).TotalSeconds));
        foreach (var connection in connections) connection.Dispose();
        return 0;
    }

    /// <returns>The processor time used while measuring.</returns>
    private static async Task<TimeSpan> Announce(long from, long to)
    {
        await Task.Delay(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), from));
        Console.WriteLine(Measuring);
        var before = Environment.CpuUsage.TotalTime;
        await Task.Delay(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), to));
        Console.WriteLine(Measured);
        return Environment.CpuUsage.TotalTime - before;
    }
}
