using System.Text.Json.Nodes;
using Signalbox.Processes;
using Signalbox.Servers;
using Xunit.Abstractions;

namespace Signalbox.Cluster.Tests;

/// <summary>Three real silos under load, while one after the other of what they stand on fails.</summary>
public sealed class FailureTests(ITestOutputHelper output)
{
    private const int Silos = 3;
    private const int Connections = 12;
    private const int Rate = 200;
    private const int Batch = 100;

    // Longer than it takes until a silo that does not answer is declared dead and its containers are activated elsewhere.
    private static readonly TimeSpan Paused = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    // Several, so that each silo has some of them and of their destinations.
    private static readonly string[] Containers = [.. Enumerable.Range(0, 6).Select(number => $"shop{number}")];

    [ClusterFact]
    public async Task I1_I2_I3_I4_a_killed_silo_a_paused_one_a_restarted_database_and_a_restarted_redis_cost_no_event_and_break_no_limit()
    {
        await using var sandbox = await SandboxServer.Start();
        using var cluster = new Cluster(Silos);
        await cluster.Apply(Workspaces(sandbox));
        await cluster.Start();
        var shop = new Shop(cluster.Addresses, Containers, Connections, pause: TimeSpan.FromMilliseconds(60), seed: 1);
        var faults = new List<(string Name, DateTimeOffset At)>();
        void Mark(string name) => faults.Add((name, DateTimeOffset.UtcNow));

        await Task.Delay(Settled);
        for (var number = 0; number < Silos; number++)
        {
            Mark($"kill -9 of silo {number}");
            cluster.Silos[number].Process.Kill();
            await Task.Delay(2 * Settled);
            Mark($"silo {number} comes back");
            cluster.Silos[number].Launch();
            await cluster.Silos[number].WaitUntilReady();
            await Task.Delay(Settled);
        }

        Mark($"SIGSTOP of silo 0 for {Paused.TotalSeconds} s");
        cluster.Silos[0].Process.Pause();
        await Task.Delay(Paused);
        Mark("silo 0 goes on");
        cluster.Silos[0].Process.Resume();
        await ComesBack(cluster.Silos[0]);
        await Task.Delay(2 * Settled);

        Mark("PostgreSQL is killed and started again");
        cluster.Postgres.Stop(ServerStop.Kill);
        cluster.Postgres.Start();
        await Task.Delay(2 * Settled);

        Mark("Redis is killed and started again after 5 s");
        cluster.Redis.Stop(ServerStop.Kill);
        await Task.Delay(Settled);
        cluster.Redis.Start();
        await Task.Delay(2 * Settled);

        Mark("a silo that was stopped in order");
        cluster.Silos[1].Process.AskToStop();
        Assert.Equal(0, await cluster.Silos[1].Process.WaitForExit(TimeSpan.FromSeconds(30)));
        await Task.Delay(Settled);

        await shop.Close();
        var delivered = await cluster.WaitUntilFinished(TimeSpan.FromSeconds(90));

        Report(shop, faults, delivered);
        AcceptedOnce(shop, (await cluster.Ledger())!);
        foreach (var container in Containers) await Arrived(sandbox, shop, container);
        await WithinTheLimit(sandbox, faults);
    }

    /// <summary>A silo that was declared dead while it was paused learns so and ends itself; whoever runs it starts it again.</summary>
    private static async Task ComesBack(Cluster.Silo silo)
    {
        await Eventually.Happens(
            async () =>
            {
                if (silo.Process.HasExited) silo.Launch();
                return await silo.IsReady();
            },
            TimeSpan.FromSeconds(60), () => $"silo 0 is not ready: {silo.Process.Output}");
    }

    private static void AcceptedOnce(Shop shop, JsonNode ledger)
    {
        foreach (var (id, acknowledgements) in shop.Acknowledged)
        {
            Assert.True(acknowledgements.Count(one => one.Status == 201) <= 1, $"I2: {id} was accepted more than once");
            Assert.True(acknowledgements.Select(one => one.Id).Distinct().Count() == 1, $"I2: {id} has more than one id");
        }
        foreach (var line in ledger["lines"]!.AsArray())
        {
            var expected = shop.Acknowledged.Keys.Count(id => shop.ContainerOf(id) == (string)line!["container"]!);
            Assert.Equal(expected, (long)line!["accepted"]!);
            Assert.Equal(expected, (long)line["delivered"]!);
        }
    }

    /// <summary>Every acknowledged event of the container arrived (I1).</summary>
    private static async Task Arrived(SandboxServer sandbox, Shop shop, string container)
    {
        var expected = shop.Acknowledged.Keys.Where(id => shop.ContainerOf(id) == container).ToHashSet();
        var arrivals = await sandbox.Arrivals("meta", Pixel(container));
        Assert.Empty(expected.Except(arrivals.Select(arrival => arrival.EventId)));
        Assert.Empty(arrivals.Select(arrival => arrival.EventId).Except(expected));
    }

    /// <summary>No container's events arrived faster than allowed (I4).</summary>
    private async Task WithinTheLimit(SandboxServer sandbox, List<(string Name, DateTimeOffset At)> faults)
    {
        var rates = new List<JsonNode>();
        foreach (var container in Containers)
        {
            var rate = await sandbox.Json($"rate?platform=meta&pixel={Pixel(container)}&perSecond={Rate}&burst={Batch}");
            rates.Add(rate);
            var at = DateTimeOffset.FromUnixTimeMilliseconds((long)rate["window"]!["from_ms"]!);
            var fault = faults.LastOrDefault(fault => fault.At <= at, (Name: "the start", At: at));
            output.WriteLine($"{container}: at most {(double)rate["worst_excess"]!:0.0} of {rate["events"]} events beyond the rate, {(at - fault.At).TotalSeconds:0.0} s after {fault.Name}: {rate["window"]!.ToJsonString()}");
        }
        Assert.All(rates, rate => Assert.True((bool)rate["within_burst"]!, $"I4: beyond {Rate} a second and {Batch}: {rate}"));
    }

    /// <summary>What each fault cost whoever sent events meanwhile: the longest time in which nothing was acknowledged.</summary>
    private void Report(Shop shop, List<(string Name, DateTimeOffset At)> faults, TimeSpan delivered)
    {
        output.WriteLine($"""
            {shop.Requests} requests, of which {shop.Unheard} reached nobody, {shop.Unanswered} were cut, {shop.Refused} answered 503, and all these sent again
            {shop.Acknowledged.Count} events; all delivered {delivered.TotalSeconds:0.0} s after the last sale
            """);
        var times = shop.AcknowledgedAt.Order().ToList();
        for (var index = 0; index < faults.Count; index++)
        {
            var (name, from) = faults[index];
            var to = index + 1 < faults.Count ? faults[index + 1].At : times[^1];
            List<DateTimeOffset> within = [from, .. times.Where(time => time > from && time < to), to];
            var longest = within.Zip(within.Skip(1)).Max(pair => pair.Second - pair.First);
            output.WriteLine($"{name}: {within.Count - 2} acknowledgements in {(to - from).TotalSeconds:0.0} s, none for {longest.TotalSeconds:0.0} s at the longest");
        }
    }

    private static string Pixel(string container) => $"1{container["shop".Length..]}";

    private static JsonArray Workspaces(SandboxServer sandbox) => new(new JsonObject
    {
        ["id"] = "acme",
        ["plan"] = "enterprise",
        ["rateLimitPerMinute"] = 10_000_000,
        ["keys"] = new JsonArray(new JsonObject { ["name"] = "all", ["key"] = Shop.Key }),
        ["containers"] = new JsonArray([.. Containers.Select(container => new JsonObject
        {
            ["id"] = container,
            ["destinations"] = new JsonArray(new JsonObject
            {
                ["id"] = $"meta-{container}",
                ["platform"] = "meta",
                ["endpoint"] = $"{sandbox.Address}/meta",
                ["settings"] = new JsonObject { ["pixelId"] = Pixel(container), ["accessToken"] = "a-token" },
                ["limits"] = new JsonObject { ["eventsPerSecond"] = Rate, ["batchSize"] = Batch, ["maxDelayMs"] = 200 },
            }),
        })]),
    });
}
