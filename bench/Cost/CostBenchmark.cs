using System.Globalization;
using Signalbox.Bench.Ingest;
using Signalbox.Bench.Reporting;
using Signalbox.Servers;

namespace Signalbox.Bench.Cost;

/// <summary>What an event costs on the cluster's engine beside the embedded one, both on the same PostgreSQL: README.md says how to read it.</summary>
internal static class CostBenchmark
{
    private const int Connections = 64;
    // Until what a request runs through has been compiled for good, in the background: with 12 s that took a third of the processor time measured.
    private const double WarmUpSeconds = 30;

    /// <returns>False where it cannot run; it has then said why.</returns>
    public static async Task<bool> Run(Report report, Options options)
    {
        if (options.Silo is not { } silo || !File.Exists(silo))
        {
            Console.Error.WriteLine("cost compares with a silo: build src/Silo in Release and name its Signalbox.Silo.dll with --silo PATH");
            return false;
        }
        if ((PostgresServer.WhyNone ?? RedisServer.WhyNone) is { } missing)
        {
            Console.Error.WriteLine($"cost needs servers of its own: {missing}");
            return false;
        }

        using var sink = Child.StartRole(Sink.Role);
        using var postgres = new PostgresServer();
        using var redis = new RedisServer();
        var place = new Place(options, silo, postgres, redis, await sink.ReadPort());
        var engines = new (Engine Engine, Func<Task<Measurement>> Measure)[]
        {
            (new("embedded engine"), place.Embedded), (new("one silo"), place.Silo), (new("a gateway and one silo"), place.GatewayAndSilo),
        };
        var ratios = engines.Select(_ => new Sample()).ToList();
        for (var round = 0; round < options.Rounds; round++)
        {
            for (var index = 0; index < engines.Length; index++)
            {
                engines[index].Engine.Add(await engines[index].Measure());
                ratios[index].Add(engines[index].Engine.LastCost / engines[0].Engine.LastCost);
            }
        }

        report.Heading("cost: processor seconds for 100,000 events");
        report.Paragraph(string.Create(CultureInfo.InvariantCulture, $"""
            {Connections} connections, one purchase a request, as many as are answered; the same PostgreSQL, a new database each time; {options.Rounds} rounds in turn, {WarmUpSeconds:0} s
            warm-up and {options.Seconds} s measured each. Processor time is that of Signalbox's own processes, not of PostgreSQL, Redis or the load. Median (least – most).
            """));
        report.Table(
        [
            ["engine", "CPU s per 100,000 events", "times the embedded engine", "requests/s", "p99 ms", "others, cores"],
            .. engines.Select((engine, index) => engine.Engine.Cells(ratios[index])),
        ]);
        return true;
    }

    /// <summary>What the measured processes stand on.</summary>
    private sealed class Place(Options options, string silo, PostgresServer postgres, RedisServer redis, int sinkPort)
    {
        private int runs;

        public async Task<Measurement> Embedded()
        {
            using var folder = new TemporaryFolder(options.Data, "cost");
            var configuration = ConfigurationFile.Write(folder.File("api.json"), ("database", NewDatabase()), ("workspaces", ConfigurationFile.Workspaces(sinkPort)));
            using var server = await SignalboxServer.Start("Signalbox.Api.dll", "--config", configuration);
            return await Load(server, server.Child);
        }

        public async Task<Measurement> Silo()
        {
            using var folder = new TemporaryFolder(options.Data, "cost");
            var (database, cluster) = (NewDatabase(), NewClusterId());
            Apply(folder, database, cluster);
            using var server = await SignalboxServer.Start(silo, "--config", Process(folder, "silo", database, cluster));
            return await Load(server, server.Child);
        }

        /// <summary>Every call to an actor crosses from one process into another.</summary>
        public async Task<Measurement> GatewayAndSilo()
        {
            using var folder = new TemporaryFolder(options.Data, "cost");
            var (database, cluster) = (NewDatabase(), NewClusterId());
            Apply(folder, database, cluster);
            using var behind = Child.Start(silo, "--config", Process(folder, "silo", database, cluster));
            await behind.ReadPort();
            using var server = await SignalboxServer.Start(silo, "--config", Process(folder, "gateway", database, cluster), "--role", "gateway");
            return await Load(server, server.Child, behind);
        }

        private async Task<Measurement> Load(SignalboxServer server, params Child[] processes)
        {
            var measured = await Measurement.Run(processes, server.Port, Connections, WarmUpSeconds, options.Seconds, rate: 0);
            await server.CheckLedger(measured.Load.Created);
            return measured;
        }

        private void Apply(TemporaryFolder folder, string database, string cluster)
        {
            var file = ConfigurationFile.Write(
                folder.File("apply.json"), ("database", database), ("cluster", Cluster(cluster)), ("workspaces", ConfigurationFile.Workspaces(sinkPort)));
            using var apply = Child.Start(silo, "apply", "--config", file);
            if (apply.WaitForExit() != 0) throw new InvalidOperationException("apply failed");
        }

        private string Process(TemporaryFolder folder, string name, string database, string cluster) =>
            ConfigurationFile.Write(folder.File($"{name}.json"), ("database", database), ("cluster", Cluster(cluster)));

        private System.Text.Json.Nodes.JsonObject Cluster(string id) => new()
        {
            ["redis"] = redis.Address,
            ["clusterId"] = id,
            ["siloPort"] = 24_811,
            ["gatewayPort"] = 24_830,
            ["advertisedIp"] = "127.0.0.1",
        };

        private string NewDatabase()
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"cost{++runs}");
            postgres.Run($"CREATE DATABASE {name}");
            return postgres.ConnectionString(name);
        }

        private string NewClusterId() => string.Create(CultureInfo.InvariantCulture, $"cost{runs}");
    }

    /// <summary>The rounds of one engine.</summary>
    private sealed class Engine(string name)
    {
        private readonly Sample cost = new();
        private readonly Sample perSecond = new();
        private readonly Sample p99 = new();
        private readonly Sample others = new();

        /// <summary>Processor seconds per 100,000 events in the last round.</summary>
        public double LastCost { get; private set; }

        public void Add(Measurement measured)
        {
            LastCost = measured.ServerProcessorTime.TotalSeconds / measured.Load.Measured * 100_000;
            cost.Add(LastCost);
            perSecond.Add(measured.Load.PerSecond);
            p99.Add(measured.Load.P99);
            others.Add(measured.Others);
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name}: {LastCost:0.00} s per 100,000 events, {measured.Load.PerSecond:N0} requests/s, others {measured.Others:0.00} cores"));
        }

        public string[] Cells(Sample ratio) => [name, cost.Show("0.00"), ratio.Show("0.00"), perSecond.Show("N0"), p99.Show("0.0"), others.Show("0.00")];
    }
}
