using System.Diagnostics;
using System.Text.Json.Nodes;
using Signalbox.Crash.Tests.Harness;
using Xunit.Abstractions;

namespace Signalbox.Crash.Tests;

/// <summary>The real executable is killed again and again while a shop sends, and nothing is lost, taken twice or miscounted.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Rounds = 20;
    private const int Connections = 16;
    private const int ParallelCalls = 4;
    private const string Pixel = "1234567890";
    private const string Hook = "shop";

    [Fact]
    public async Task I1_I2_I3_nothing_acknowledged_is_lost_or_taken_twice_over_twenty_kills()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var watch = Stopwatch.StartNew();
        await using var sandbox = await SandboxServer.Start();
        using var installation = new Installation(
            Installation.Meta("meta", sandbox, Pixel, Limits(eventsPerSecond: 1000)), Installation.Webhook("hook", sandbox, Hook, Limits(eventsPerSecond: 2000)));
        var ready = new List<TimeSpan> { await installation.Start() };
        var shop = new Shop(installation.Address, Connections, pause: TimeSpan.FromMilliseconds(120), seed);

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
        var delivered = await installation.WaitUntilDelivered(TimeSpan.FromSeconds(60));

        await AssertAcceptedOnce(installation, shop);
        // Meta is told the caller's ids, a webhook's receiver the router's.
        var atMeta = AssertArrived(await sandbox.Arrivals("meta", Pixel), [.. shop.Acknowledged.Keys], installation);
        var atHook = AssertArrived(await sandbox.Arrivals("webhook", Hook), [.. shop.Acknowledged.Values.Select(one => one.First().Id)], installation);
        var unseen = shop.Acknowledged.Values.Count(one => one.All(acknowledgement => acknowledgement.Status == 200));
        output.WriteLine($"""
            {Rounds} rounds, {installation.Lives.Count - 1} kills, {watch.Elapsed.TotalSeconds:0} s in all
            {shop.Requests} requests, of which {shop.Unheard} reached nobody, {shop.Unanswered} were cut, {shop.Refused} answered 503, and all these sent again
            {shop.Acknowledged.Values.Sum(one => one.Count)} acknowledgements of {shop.Acknowledged.Count} events; of {unseen} nobody heard the acceptance itself
            arrived more than once: {atMeta} events at Meta, {atHook} at the webhook
            ready after {ready.Average(one => one.TotalMilliseconds):0} ms (slowest {ready.Max().TotalMilliseconds:0} ms); all delivered {delivered.TotalSeconds:0.0} s after the last sale
            """);
    }

    private static JsonObject Limits(int eventsPerSecond) => new() { ["eventsPerSecond"] = eventsPerSecond, ["maxDelayMs"] = 100, ["parallelCalls"] = ParallelCalls };

    private static async Task AssertAcceptedOnce(Installation installation, Shop shop)
    {
        foreach (var (id, acknowledgements) in shop.Acknowledged)
        {
            Assert.True(acknowledgements.Count(one => one.Status == 201) <= 1, $"I2: {id} was accepted more than once");
            Assert.True(acknowledgements.Select(one => one.Id).Distinct().Count() == 1, $"I2: {id} has more than one id");
        }
        Assert.Equal(shop.Acknowledged.Count, shop.Acknowledged.Values.Select(one => one.First().Id).Distinct().Count());
        foreach (var line in (await installation.Ledger())["lines"]!.AsArray())
        {
            Assert.Equal(shop.Acknowledged.Count, (long)line!["accepted"]!);
            Assert.Equal(shop.Acknowledged.Count, (long)line["delivered"]!);
        }
    }

    /// <returns>How many events arrived more than once.</returns>
    private static int AssertArrived(IReadOnlyList<Arrival> arrivals, HashSet<string> expected, Installation installation)
    {
        var byEvent = arrivals.GroupBy(arrival => arrival.EventId).ToDictionary(group => group.Key, group => group.ToList());
        Assert.Empty(expected.Except(byEvent.Keys));
        Assert.Empty(byEvent.Keys.Except(expected));

        // Only what was in flight at a kill may come again: a few calls per life.
        var repetitions = byEvent.Values.SelectMany(times => times.Zip(times.Skip(1))).ToList();
        foreach (var (first, second) in repetitions)
            Assert.True(LifeAt(first.At, installation) < LifeAt(second.At, installation), $"{first.EventId} came twice without a kill in between");
        foreach (var life in repetitions.GroupBy(pair => LifeAt(pair.First.At, installation)))
        {
            var calls = life.Select(pair => pair.First.Request).Distinct().Count();
            Assert.True(calls <= ParallelCalls, $"{calls} calls of life {life.Key} were repeated, of {ParallelCalls} that can be in flight");
        }
        return byEvent.Values.Count(times => times.Count > 1);
    }

    private static int LifeAt(DateTimeOffset time, Installation installation) => installation.Lives.Count(life => life.StartedAt <= time);
}
