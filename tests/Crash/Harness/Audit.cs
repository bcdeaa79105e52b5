namespace Signalbox.Crash.Tests.Harness;

/// <summary>Compares what a shop was told with what arrived at the platforms and what the ledger says, once all is delivered.</summary>
internal static class Audit
{
    /// <summary>The default of both platforms.</summary>
    private const int ParallelCalls = 4;

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
    /// <returns>How many arrived more than once.</returns>
    public static int ArrivedAtMeta(IReadOnlyList<Arrival> arrivals, Shop shop, Installation installation) =>
        Arrived(arrivals, [.. shop.Acknowledged.Keys], installation);

    /// <inheritdoc cref="ArrivedAtMeta"/>
    /// <remarks>A webhook's receiver is told the router's ids.</remarks>
    public static int ArrivedAtWebhook(IReadOnlyList<Arrival> arrivals, Shop shop, Installation installation) =>
        Arrived(arrivals, [.. shop.Acknowledged.Values.Select(one => one.First().Id)], installation);

    private static int Arrived(IReadOnlyList<Arrival> arrivals, HashSet<string> expected, Installation installation)
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
