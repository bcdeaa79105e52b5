using System.Diagnostics;

namespace Signalbox.Bench.Ingest;

/// <summary>
/// Sends the load, in a process of its own. It says <see cref="Measuring"/> when the warm-up is over, <see cref="Measured"/> when the time is over, and
/// then its result, once all is answered.
/// </summary>
internal static class LoadGenerator
{
    public const string Role = "load-generator";

    public const string Measuring = "measuring";

    public const string Measured = "measured";

    private const double SettleSeconds = 2;

    public static async Task<int> Run(LoadPlan plan)
    {
        var connections = Enumerable.Range(0, plan.Connections).Select(number => new Connection(number % Purchases.People)).ToList();
        foreach (var connection in connections) connection.Open(plan.Port);
        Console.WriteLine(await (plan.Rate > 0 ? RunOpen(plan, connections) : RunClosed(plan, connections)));
        foreach (var connection in connections) connection.Dispose();
        return 0;
    }

    private static async Task<LoadResult> RunClosed(LoadPlan plan, IReadOnlyList<Connection> connections)
    {
        var from = Stopwatch.GetTimestamp() + Ticks(plan.WarmUpSeconds);
        var latencies = new Latencies(from, from + Ticks(plan.Seconds));
        var used = Announce(latencies);
        await new ClosedLoop(connections, latencies, new Numbers(first: 1)).Run(latencies.To);
        return latencies.ToResult(await used);
    }

    /// <summary>Warms up by as much as the server takes: at the lower rate compiling would take longer, and a queue would be left from it.</summary>
    private static async Task<LoadResult> RunOpen(LoadPlan plan, IReadOnlyList<Connection> connections)
    {
        var numbers = new Numbers(first: 1);
        var start = Stopwatch.GetTimestamp() + Ticks(plan.WarmUpSeconds);
        var warmUp = new Latencies(start, start);
        await new ClosedLoop(connections, warmUp, numbers).Run(start);

        start = Stopwatch.GetTimestamp();
        var from = start + Ticks(SettleSeconds);
        var latencies = new Latencies(from, from + Ticks(plan.Seconds));
        var used = Announce(latencies);
        await new OpenLoop(connections, latencies, numbers, plan.Rate).Run(start, latencies.To);
        return latencies.ToResult(await used).Plus(warmUp);
    }

    /// <returns>The processor time used while measuring.</returns>
    private static async Task<TimeSpan> Announce(Latencies latencies)
    {
        await Task.Delay(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), latencies.From));
        Console.WriteLine(Measuring);
        var before = Environment.CpuUsage.TotalTime;
        await Task.Delay(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), latencies.To));
        Console.WriteLine(Measured);
        return Environment.CpuUsage.TotalTime - before;
    }

    private static long Ticks(double seconds) => (long)(seconds * Stopwatch.Frequency);
}
