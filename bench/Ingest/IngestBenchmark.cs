using System.Globalization;
using Signalbox.Bench.Reporting;

namespace Signalbox.Bench.Ingest;

/// <summary>Single-event requests over 64 connections, each answered after fsync, beside a bare endpoint that only parses: README.md says how to read it.</summary>
internal static class IngestBenchmark
{
    private const string BareName = "bare Kestrel";
    private const string SignalboxName = "Signalbox";
    private const int Connections = 64;
    private const double WarmUpSeconds = 15;

    public static async Task Run(Report report, Options options)
    {
        using var sink = Child.StartRole(Sink.Role);
        var run = new Runs(options, await sink.ReadPort());
        await run.MeasureAnswer();

        var (bare, real) = (new Series(BareName), new Series(SignalboxName));
        var ratio = new Sample();
        for (var round = 0; round < options.Rounds; round++)
        {
            bare.Add(await run.Bare(rate: 0));
            real.Add(await run.Signalbox(rate: 0));
            ratio.Add(real.LastPerSecond / bare.LastPerSecond);
        }
        var half = Math.Floor(real.PerSecond.Median / 2);
        var (bareAtHalf, realAtHalf) = (new Series(BareName), new Series(SignalboxName));
        for (var round = 0; round < options.Rounds; round++)
        {
            bareAtHalf.Add(await run.Bare(half));
            realAtHalf.Add(await run.Signalbox(half));
        }

        report.Heading("ingest: durable events a second");
        report.Paragraph(string.Create(CultureInfo.InvariantCulture, $"""
            {Connections} connections, one purchase a request, {options.Rounds} rounds in turn, {WarmUpSeconds:0} s warm-up and {options.Seconds} s measured each,
            fresh processes and a fresh data folder each time. Signalbox delivers to one Meta destination (a sink) with its default limits meanwhile.
            Others: what else kept the machine busy. Median (least – most).
            """));
        report.Table(
        [
            ["closed loop", "requests/s", "p50 ms", "p99 ms", "server CPU µs/request", "generator CPU µs/request", "others, cores"],
            bare.Cells(),
            real.Cells(),
        ]);
        report.Paragraph($"Signalbox / bare: **{ratio.Show("0.00")}** (goal: at least 0.50).");
        report.Table(
        [
            [string.Create(CultureInfo.InvariantCulture, $"open loop, {half:N0} requests/s"), "p50 ms", "p99 ms", "p99.9 ms", "longest ms", "others, cores"],
            bareAtHalf.LatencyCells(),
            realAtHalf.LatencyCells(),
        ]);
        report.Paragraph($"""
            Half of Signalbox's own rate; latency counts from when a request was due (goal: p99 under 20 ms).

            {run.Checks} Signalbox runs: {run.Created:N0} answers of 201, none other, and as many accepted in the ledgers, which balanced.
            Delivered by the end of the runs: {run.Delivered:N0}; the rest waited for Meta's default rate. Peak memory {run.PeakMemory >> 20:N0} MiB.
            """);
    }

    /// <summary>Runs a load against one of the two, each time with new processes.</summary>
    private sealed class Runs(Options options, int sinkPort)
    {
        private int answerBytes;

        public int Checks { get; private set; }

        public long Created { get; private set; }

        public long Delivered { get; private set; }

        public long PeakMemory { get; private set; }

        public async Task MeasureAnswer()
        {
            using var folder = NewFolder();
            using var server = await Start(folder);
            answerBytes = await server.MeasureAnswer();
        }

        public async Task<Measurement> Bare(double rate)
        {
            using var server = Child.StartRole(BareServer.Role, answerBytes.ToString(CultureInfo.InvariantCulture));
            return await Measurement.Run([server], await server.ReadPort(), Connections, WarmUpSeconds, options.Seconds, rate);
        }

        public async Task<Measurement> Signalbox(double rate)
        {
            using var folder = NewFolder();
            using var server = await Start(folder);
            var outcome = await Measurement.Run([server.Child], server.Port, Connections, WarmUpSeconds, options.Seconds, rate);
            var ledger = await server.CheckLedger(outcome.Load.Created);
            Checks++;
            Created += ledger.Accepted;
            Delivered += ledger.Delivered;
            PeakMemory = Math.Max(PeakMemory, server.Child.PeakMemory);
            return outcome;
        }

        private Task<SignalboxServer> Start(TemporaryFolder folder) => SignalboxServer.Start(
            "Signalbox.Api.dll", "--config",
            ConfigurationFile.Write(folder.File("signalbox.json"), ("data", folder.File("data")), ("workspaces", ConfigurationFile.Workspaces(sinkPort))));

        private TemporaryFolder NewFolder() => new(options.Data, "ingest");
    }

    /// <summary>The rounds of one server under one kind of load.</summary>
    private sealed class Series(string name)
    {
        private readonly Sample p50 = new();
        private readonly Sample p99 = new();
        private readonly Sample p999 = new();
        private readonly Sample longest = new();
        private readonly Sample serverMicroseconds = new();
        private readonly Sample generatorMicroseconds = new();
        private readonly Sample others = new();

        public Sample PerSecond { get; } = new();

        public double LastPerSecond { get; private set; }

        public void Add(Measurement outcome)
        {
            var load = outcome.Load;
            PerSecond.Add(LastPerSecond = load.PerSecond);
            p50.Add(load.P50);
            p99.Add(load.P99);
            p999.Add(load.P999);
            longest.Add(load.Max);
            serverMicroseconds.Add(outcome.ServerProcessorTime.TotalMicroseconds / load.Measured);
            generatorMicroseconds.Add(load.ProcessorSeconds * 1e6 / load.Measured);
            others.Add(outcome.Others);
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name}: {load.PerSecond:N0} requests/s, p99 {load.P99:0.00} ms, others {outcome.Others:0.00} cores"));
        }

        public string[] Cells() =>
            [name, PerSecond.Show("N0"), p50.Show("0.00"), p99.Show("0.00"), serverMicroseconds.Show("0.0"), generatorMicroseconds.Show("0.0"), others.Show("0.00")];

        public string[] LatencyCells() => [name, p50.Show("0.00"), p99.Show("0.00"), p999.Show("0.00"), longest.Show("0.0"), others.Show("0.00")];
    }
}
