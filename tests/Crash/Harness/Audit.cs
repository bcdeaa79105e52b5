using System.Text.Json.Nodes;
using Signalbox.Processes;

namespace Signalbox.Crash.Tests.Harness;

/// <summary>Compares what a shop was told with what arrived at the platforms and what the ledger says, once all is delivered.</summary>
internal static class Audit
{
    /// <summary>The default of both platforms.</summary>
    private const int ParallelCalls = 4;

    // Longer than a request lies in a busy receiver's socket, shorter than the lease of a killed process, before whose end nobody sends.
    private static readonly TimeSpan SendsNothingYet = TimeSpan.FromSeconds(1);

    /// <summary>Every acknowledged event has one acceptance and one id, and nothing else was accepted (I2).</summary>
    public static async Task AcceptedOnce(Shop shop, Installation installation)
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

    /// <summary>Every acknowledged event arrived, and only those (I1). Meta is told the shop's ids.</summary>
    /// <returns>The ids of those that arrived more than once.</returns>
    public static IReadOnlyList<string> ArrivedAtMeta(IReadOnlyList<Arrival> arrivals, Shop shop, Installation installation) =>
        Arrived(arrivals, [.. shop.Acknowledged.Keys], installation);

    /// <inheritdoc cref="ArrivedAtMeta"/>
    /// <remarks>A webhook's receiver is told the router's ids.</remarks>
    public static IReadOnlyList<string> ArrivedAtWebhook(IReadOnlyList<Arrival> arrivals, Shop shop, Installation installation) =>
        Arrived(arrivals, [.. shop.Acknowledged.Values.Select(one => one.First().Id)], installation);

    /// <summary>What arrived more than once says so on its page: in the end it was sent as what may be a duplicate.</summary>
    public static async Task MarkedAsPossibleDuplicates(IReadOnlyList<string> ids, string destination, Installation installation)
    {
        foreach (var id in ids)
        {
            var page = JsonNode.Parse(await installation.Get($"/admin/v1/containers/shop/events/{id}"))!;
            var delivery = page["deliveries"]!.AsArray().Single(one => (string)one!["destination"]! == destination)!;
            Assert.True((bool)delivery["attempts"]!.AsArray().Last()!["maybe_duplicate"]!, $"{id} was sent to {destination} again as if for the first time");
        }
    }

    /// <summary>No life had more to say than where it listens: no bug, no failure.</summary>
    public static void NothingReported(Installation installation)
    {
        var reports = installation.Lives.SelectMany(life => life.Output.Split('\n')).Where(line => line.Length > 0 && !line.StartsWith("Signalbox listens on", StringComparison.Ordinal));
        Assert.Empty(reports);
    }

    private static List<string> Arrived(IReadOnlyList<Arrival> arrivals, HashSet<string> expected, Installation installation)
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
        return [.. repetitions.Select(pair => pair.First.EventId).Distinct()];
    }

    private static int LifeAt(DateTimeOffset time, Installation installation) => installation.Lives.Count(life => life.StartedAt + SendsNothingYet <= time);
}
