using Signalbox.Bench.Cost;
using Signalbox.Bench.Dedupe;
using Signalbox.Bench.Ingest;
using Signalbox.Bench.Reporting;
using Signalbox.Bench.Window;

namespace Signalbox.Bench;

/// <summary>Runs the benchmarks named, or, started by itself, one of the processes that they consist of.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case [BareServer.Role, var answerBytes]: return await BareServer.Run(int.Parse(answerBytes, null));
            case [Sink.Role]: return await Sink.Run();
            case [LoadGenerator.Role, var plan]: return await LoadGenerator.Run(LoadPlan.Parse(plan));
            case [WindowStart.Role, var folder]: return await WindowStart.Run(folder);
        }
        if (Options.TryParse(args) is not { } options)
        {
            Console.Error.WriteLine(Options.Usage);
            return 2;
        }

        Directory.CreateDirectory(options.Data);
        var report = new Report();
        Machine.Describe(report, options.Data);
        if (options.Runs("dedupe")) DedupeBenchmark.Run(report);
        if (options.Runs("window")) await WindowBenchmark.Run(report, options);
        if (options.Runs("ingest")) await IngestBenchmark.Run(report, options);
        if (options.Runs("cost") && !await CostBenchmark.Run(report, options)) return 1;
        if (options.Record is { } name) Console.WriteLine($"Recorded in {report.Save(name)}");
        return 0;
    }
}
