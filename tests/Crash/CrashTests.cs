using System.Diagnostics;
using System.Text.Json.Nodes;
using Signalbox.Crash.Tests.Harness;
using Signalbox.Processes;
using Xunit.Abstractions;

namespace Signalbox.Crash.Tests;

/// <summary>The real executable is killed again and again while a shop sends, and nothing is lost, taken twice or miscounted.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Rounds = 20;
    private const int Connections = 16;
    private const string Pixel = "1234567890";
    private const string Hook = "shop";

    [Fact]
    public async Task I1_I2_I3_nothing_acknowledged_is_lost_or_taken_twice_over_twenty_kills()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SIGNALBOX_CRASH_SEED"), out var given) ? given : Random.Shared.Next();
        output.WriteLine($"SIGNALBOX_CRASH_SEED={seed} sends the same events and waits as long, though what a kill hits is never quite the same");
        var random = new Random(seed);
        var watch = Stopwatch.StartNew();
        await using var sandbox = await SandboxServer.Start();
        using var installation = new Installation(
            Installation.Meta("meta", sandbox, Pixel, Limits(eventsPerSecond: 1000)), Installation.Webhook("hook", sandbox, Hook, Limits(eventsPerSecond: 2000)));
        var ready = new List<TimeSpan> { await installation.Start() };
        var shop = new Shop([installation.Address], ["shop"], Connections, pause: TimeSpan.FromMilliseconds(120), seed);

        for (var round = 0; round < Rounds; round++)
        {
            // Deliveries go on three seconds after a kill, when the dead process's lease has run out; some kills are to hit them.
            var milliseconds = round % 4 == 3 ? random.Next(3_200, 5_000) : random.Next(100, 1_200);
            await Task.Delay(milliseconds);
            await installation.Ledger();
            installation.Process.Kill();
            if (round % 5 == 4)
            {
                // Killed amid its recovery, or even before that.
                installation.Launch();
                await Task.Delay(random.Next(50, 700));
                installation.Process.Kill();
            }
            ready.Add(await installation.Start());
        }
        await shop.Close();
        var delivered = await installation.WaitUntilFinished(TimeSpan.FromSeconds(60));

        await Audit.AcceptedOnce(shop, installation);
        var atMeta = Audit.ArrivedAtMeta(await sandbox.Arrivals("meta", Pixel), shop, installation);
        var atHook = Audit.ArrivedAtWebhook(await sandbox.Arrivals("webhook", Hook), shop, installation);
        await Audit.MarkedAsPossibleDuplicates(atMeta, "meta", installation);
        await Audit.MarkedAsPossibleDuplicates(atHook, "hook", installation);
        Audit.NothingReported(installation);
        var unseen = shop.Acknowledged.Values.Count(one => one.All(acknowledgement => acknowledgement.Status == 200));
        output.WriteLine($"""
            {Rounds} rounds, {installation.Lives.Count - 1} kills, {watch.Elapsed.TotalSeconds:0} s in all
            {shop.Requests} requests, of which {shop.Unheard} reached nobody, {shop.Unanswered} were cut, {shop.Refused} answered 503, and all these sent again
            {shop.Acknowledged.Values.Sum(one => one.Count)} acknowledgements of {shop.Acknowledged.Count} events; of {unseen} nobody heard the acceptance itself
            arrived more than once: {atMeta.Count} events at Meta, {atHook.Count} at the webhook
            ready after {ready.Average(one => one.TotalMilliseconds):0} ms (slowest {ready.Max().TotalMilliseconds:0} ms); all delivered {delivered.TotalSeconds:0.0} s after the last sale
            """);
    }

    private static JsonObject Limits(int eventsPerSecond) => new() { ["eventsPerSecond"] = eventsPerSecond, ["maxDelayMs"] = 100 };
}
