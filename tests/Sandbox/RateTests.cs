using System.Text.Json.Nodes;

namespace Signalbox.Sandbox.Tests;

public class RateTests
{
    /// <summary>Sends batches of the given sizes at the given times and asks for the worst window.</summary>
    private static async Task<JsonNode> Rate(SandboxHost host, double perSecond, double burst, params (int AtMs, int Events)[] batches)
    {
        foreach (var (atMs, events) in batches)
        {
            host.Time.Advance(FakeTime.Start.AddMilliseconds(atMs) - host.Time.GetUtcNow());
            await host.Meta([.. Enumerable.Range(0, events).Select(i => host.Event($"{atMs}-{i}"))]);
        }
        return await host.Get($"/sandbox/rate?platform=meta&pixel={SandboxHost.Pixel}&perSecond={perSecond}&burst={burst}");
    }

    private static double Excess(JsonNode rate) => rate["worst_excess"]!.GetValue<double>();

    [Fact]
    public async Task I4_a_sender_at_its_limit_exceeds_it_by_one_batch()
    {
        await using var host = new SandboxHost();
        var rate = await Rate(host, 50, 50, [.. Enumerable.Range(0, 20).Select(i => (i * 1000, 50))]);

        Assert.Equal(50, Excess(rate), 6);
        Assert.True(rate["within_burst"]!.GetValue<bool>());
        Assert.Equal(1000, rate["events"]!.GetValue<int>());
    }

    [Fact]
    public async Task I4_the_worst_window_is_found_between_quiet_times()
    {
        await using var host = new SandboxHost();
        var rate = await Rate(host, 50, 50, (0, 50), (10_000, 40), (10_100, 40), (10_500, 20), (20_000, 50));

        // 40 and 40 within a tenth of a second: 80 − 5; the 20 that follow cost as much as they bring, so 80 is not passed.
        Assert.Equal(75, Excess(rate), 6);
        Assert.False(rate["within_burst"]!.GetValue<bool>());
        Assert.Equal((FakeTime.Start.AddMilliseconds(10_000).ToUnixTimeMilliseconds(), FakeTime.Start.AddMilliseconds(10_100).ToUnixTimeMilliseconds(), 80),
            (rate["window"]!["from_ms"]!.GetValue<long>(), rate["window"]!["to_ms"]!.GetValue<long>(), rate["window"]!["events"]!.GetValue<int>()));
    }

    [Fact]
    public async Task I4_a_slow_drift_above_the_rate_adds_up()
    {
        await using var host = new SandboxHost();
        var rate = await Rate(host, 50, 10, [.. Enumerable.Range(0, 51).Select(i => (i * 100, 6))]);

        // 51 × 6 events within 5 seconds: 306 − 250.
        Assert.Equal(56, Excess(rate), 6);
    }

    [Fact]
    public async Task I4_refused_events_count_as_arrived()
    {
        await using var host = new SandboxHost();
        await host.Put("/sandbox/faults", """{"meta":{"kind":"throttle"}}""");
        Assert.Equal(60, Excess(await Rate(host, 50, 50, (0, 60))), 6);
    }

    [Fact]
    public async Task I4_agrees_with_trying_every_window()
    {
        var random = new Random(20261001);
        for (var round = 0; round < 20; round++)
        {
            await using var host = new SandboxHost();
            var at = 0;
            var batches = Enumerable.Range(0, 25).Select(_ => (AtMs: at += random.Next(0, 400), Events: random.Next(1, 12))).ToArray();
            var tried =
                from i in Enumerable.Range(0, batches.Length)
                from j in Enumerable.Range(i, batches.Length - i)
                select batches[i..(j + 1)].Sum(b => b.Events) - 30 * (batches[j].AtMs - batches[i].AtMs) / 1000.0;

            Assert.Equal(tried.Max(), Excess(await Rate(host, 30, 0, batches)), 6);
        }
    }

    [Fact]
    public async Task A_pixel_nobody_wrote_to_has_no_excess()
    {
        await using var host = new SandboxHost();
        var rate = await host.Get("/sandbox/rate?platform=meta&pixel=42&perSecond=1");
        Assert.Equal((0, true), (Excess(rate), rate["within_burst"]!.GetValue<bool>()));
    }
}
