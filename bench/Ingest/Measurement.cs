using Signalbox.Bench.Reporting;

namespace Signalbox.Bench.Ingest;

/// <summary>What one load against one server came to.</summary>
/// <param name="Others">Cores that were busy for anybody else, the sink included.</param>
internal sealed record Measurement(LoadResult Load, TimeSpan ServerProcessorTime, double Others)
{
    /// <summary>Runs a load, and reads the clocks of the processor when the warm-up is over and when the time is over.</summary>
    /// <param name="servers">The processes that serve, whose processor time is counted together.</param>
    /// <param name="rate">Requests a second; 0 for as many as are answered.</param>
    /// <exception cref="InvalidOperationException">Answers other than 201: the figures would mean nothing.</exception>
    public static async Task<Measurement> Run(IReadOnlyList<Child> servers, int port, int connections, double warmUpSeconds, int seconds, double rate)
    {
        var plan = new LoadPlan(port, connections, warmUpSeconds, seconds, rate);
        using var generator = Child.StartRole(LoadGenerator.Role, plan.ToString());
        await generator.ReadLine(LoadGenerator.Measuring);
        var (servers0, machine0) = (ProcessorTime(servers), Machine.ProcessorTime());
        await generator.ReadLine(LoadGenerator.Measured);
        var (used, usedByAll) = (ProcessorTime(servers) - servers0, Machine.ProcessorTime() - machine0);
        var result = LoadResult.Parse(await generator.ReadLine());
        if (result.Others > 0) throw new InvalidOperationException($"{result.Others} answers were not 201");
        var others = usedByAll?.TotalSeconds - used.TotalSeconds - result.ProcessorSeconds;
        return new Measurement(result, used, Math.Max(0, others ?? 0) / seconds);
    }

    private static TimeSpan ProcessorTime(IReadOnlyList<Child> servers) => servers.Aggregate(TimeSpan.Zero, (sum, server) => sum + server.ProcessorTime);
}
