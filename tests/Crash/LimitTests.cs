using System.Diagnostics;
using System.Text.Json.Nodes;
using Signalbox.Crash.Tests.Harness;
using Signalbox.Processes;
using Xunit.Abstractions;

namespace Signalbox.Crash.Tests;

/// <summary>What a receiver that counts sees of the limits, from the real executable.</summary>
public sealed class LimitTests(ITestOutputHelper output)
{
    private const int Events = 5_000;
    private const int Connections = 16;
    private const int Rate = 50;

    // The share of the rate that has to be used while thousands wait, on a machine that has other things to do.
    private const double LeastUse = 0.6;

    [UnixFact]
    public async Task I4_no_window_exceeds_the_rate_and_one_batch_while_thousands_wait_across_a_kill_and_a_stop()
    {
        // By pixel: the platform's batch, and a smaller one.
        var batches = new Dictionary<string, int> { ["1"] = 1000, ["2"] = 100 };
        await using var sandbox = await SandboxServer.Start();
        using var installation = new Installation([.. batches.Select(pixel => Installation.Meta(
            $"meta-{pixel.Key}", sandbox, pixel.Key, new JsonObject { ["eventsPerSecond"] = Rate, ["batchSize"] = pixel.Value }))]);
        await installation.Start();
        await Sell(installation);

        var ends = new List<DateTimeOffset>();
        await Task.Delay(TimeSpan.FromSeconds(12));
        installation.Process.Kill();
        ends.Add(DateTimeOffset.UtcNow);
        await installation.Start();
        await Task.Delay(TimeSpan.FromSeconds(9));
        Assert.Equal(0, await installation.Stop(TimeSpan.FromSeconds(15)));
        ends.Add(DateTimeOffset.UtcNow);
        await installation.Start();
        await Task.Delay(TimeSpan.FromSeconds(6));
        installation.Process.Kill();
        ends.Add(DateTimeOffset.UtcNow);

        foreach (var (pixel, batch) in batches)
        {
            var arrivals = await sandbox.Arrivals("meta", pixel);
            Assert.True(arrivals.Count < Events, "not enough waited for this test to mean anything");
            var rate = await sandbox.Json($"rate?platform=meta&pixel={pixel}&perSecond={Rate}&burst={batch}");
            output.WriteLine($"batch {batch}: {arrivals.Count} events arrived, at most {rate["worst_excess"]} beyond the rate");
            Assert.True((bool)rate["within_burst"]!, $"I4: beyond {Rate} a second and {batch}: {rate}");
            for (var life = 0; life < ends.Count; life++) AssertUsed(arrivals, installation.Lives[life].StartedAt, ends[life]);
        }
    }

    [Fact]
    public async Task I4_five_thousand_waiting_events_reach_meta_in_at_most_ten_requests()
    {
        await using var sandbox = await SandboxServer.Start();
        using var installation = new Installation(Installation.Meta("meta", sandbox, "1", limits: []));
        await installation.Start();
        // Longer than the sale takes: each attempt meanwhile would make up another batch of what is there by then.
        await sandbox.Misbehave(new JsonObject { ["meta"] = new JsonObject { ["kind"] = "throttle", ["retryAfterSeconds"] = 8 } });
        await Sell(installation);
        Assert.Empty(await sandbox.Arrivals("meta", "1"));

        await sandbox.Behave();
        var delivered = await installation.WaitUntilFinished(TimeSpan.FromSeconds(60));

        Assert.Equal(Events, (await sandbox.Arrivals("meta", "1")).Select(arrival => arrival.EventId).Distinct().Count());
        var answers = (await sandbox.Json("stats"))["receivers"]![0]!["by_status"]!;
        output.WriteLine($"{Events} events in {answers["200"]} requests, {delivered.TotalSeconds:0.0} s after Meta took events again; {answers["429"] ?? 0} were answered 429 before");
        Assert.InRange((int)answers["200"]!, 1, 10);
    }

    private async Task Sell(Installation installation)
    {
        var watch = Stopwatch.StartNew();
        await new Shop([installation.Address], ["shop"], Connections, pause: TimeSpan.Zero, seed: 1, most: Events).SellOut();
        output.WriteLine($"{Events} events accepted in {watch.Elapsed.TotalSeconds:0.0} s");
    }

    /// <summary>From the first arrival of a life to its end the rate is used: what waits before is the lease of the life before.</summary>
    private void AssertUsed(IReadOnlyList<Arrival> all, DateTimeOffset start, DateTimeOffset end)
    {
        var arrivals = all.Where(arrival => arrival.At >= start && arrival.At <= end).ToList();
        Assert.NotEmpty(arrivals);
        var first = arrivals.Min(arrival => arrival.At);
        var used = arrivals.Count / (end - first).TotalSeconds / Rate;
        output.WriteLine($"  {arrivals.Count} events in {(end - first).TotalSeconds:0.0} s, the first {(first - start).TotalSeconds:0.0} s after the start: {used:P0} of the rate");
        Assert.True(used >= LeastUse, $"only {used:P0} of the rate was used");
    }
}
