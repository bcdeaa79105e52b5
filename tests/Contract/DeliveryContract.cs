using Signalbox.Contract.Harness;
using Signalbox.Core.Destinations;

namespace Signalbox.Contract;

/// <summary>What becomes of a destination's pump when its activation ends or is doubled, on every engine.</summary>
public abstract class DeliveryContract(StartEngine start)
{
    // How long a taker waits where it was not given back.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    private static readonly Limits OneByOne = new(1000, 1, TimeSpan.FromMilliseconds(100), 3);

    [Fact]
    public async Task Deactivation_lets_calls_in_flight_finish_and_the_next_activation_goes_on_behind_them()
    {
        await using var shop = await Shop.Open(start, OneByOne);
        shop.Network.Hold();
        await shop.Accept("1", "2", "3", "4", "5");
        await shop.PassUntil(() => Sent(shop).Count() == OneByOne.ParallelCalls);
        Assert.Equal(["1", "2", "3"], Sent(shop));

        var deactivation = shop.Engine.Deactivate(shop.Destination);
        await shop.Time.Pass(TimeSpan.FromSeconds(1));
        Assert.False(deactivation.IsCompleted);
        shop.Network.Release();
        await shop.PassUntil(deactivation);
        Assert.InRange((await shop.Ledger()).Delivered, 3, 5);

        // The lease was given back: whoever is called next need not wait for it to run out.
        await Shop.InTime(shop.Engine.Doors[^1].Destination(shop.Destination).Wake());
        var wokenAt = shop.Time.GetUtcNow();
        await shop.PassUntilDelivered();
        Assert.InRange(shop.Time.GetUtcNow() - wokenAt, TimeSpan.Zero, Lease * 0.9);
        Assert.Equal(["1", "2", "3", "4", "5"], Sent(shop).Order());
        await AssertAllDelivered(shop, 5);
    }

    [Fact]
    public async Task Deactivation_gives_up_calls_that_do_not_end_and_the_next_activation_makes_them_again()
    {
        await using var shop = await Shop.Open(start, OneByOne);
        shop.Network.Hold();
        await shop.Accept("1", "2", "3", "4");
        await shop.PassUntil(() => Sent(shop).Count() == OneByOne.ParallelCalls);
        await shop.PassUntil(shop.Engine.Deactivate(shop.Destination));
        Assert.Equal(["1", "2", "3"], Sent(shop));
        Assert.Equal(0, (await shop.Ledger()).Delivered);

        shop.Network.Release();
        await Shop.InTime(shop.Engine.Doors[^1].Destination(shop.Destination).Wake());
        await shop.PassUntilDelivered();
        Assert.Equal(["1", "1", "2", "2", "3", "3", "4"], Sent(shop).Order());
        await AssertAllDelivered(shop, 4);
    }

    [Fact]
    public async Task What_nobody_was_told_of_is_found_by_the_sweep()
    {
        await using var shop = await Shop.Open(start);
        shop.Network.Hold();
        await shop.Accept("1", "2");
        await shop.PassUntil(() => Sent(shop).Any());
        await shop.PassUntil(shop.Engine.Deactivate(shop.Destination));
        shop.Network.Release();
        await shop.Time.Pass(Sweep.Every + Lease + Lease);
        await AssertAllDelivered(shop, 2);
    }

    [Fact]
    public async Task I1_I3_I4_two_activations_of_one_destination_deliver_everything_within_one_rate()
    {
        const int events = 120;
        var limits = new Limits(20, 8, TimeSpan.FromMilliseconds(200), 2);
        await using var shop = await Shop.Open(start, limits);
        var engines = new[] { shop.Engine, await shop.StartOneMore() };
        for (var number = 0; number < events; number += 2)
        {
            foreach (var (index, engine) in engines.Index()) await shop.AcceptAt(engine.Doors[0], $"{number + index}");
            await shop.Time.Pass(TimeSpan.FromMilliseconds(50));
            Assert.True((await shop.Ledger()).Balances);
        }
        await shop.PassUntilDelivered();

        Assert.Equal(Enumerable.Range(0, events).Select(number => $"{number}").Order(), Sent(shop).Order());
        Assert.InRange(WorstExcess(shop, limits.EventsPerSecond), 0, limits.BatchSize);
        await AssertAllDelivered(shop, events);
    }

    private static IEnumerable<string> Sent(Shop shop) => shop.Network.Requests.SelectMany(sent => LinePlatform.IdsOf(sent.Request));

    private static async Task AssertAllDelivered(Shop shop, int count)
    {
        var ledger = await shop.Ledger();
        Assert.Equal((count, count), (ledger.Accepted, ledger.Delivered));
        Assert.True(ledger.Balances);
    }

    /// <summary>By how many events the worst window of any length exceeds the rate.</summary>
    private static double WorstExcess(Shop shop, double perSecond)
    {
        var (worst, open, before) = (0d, 0d, DateTimeOffset.MinValue);
        foreach (var call in shop.Network.Requests)
        {
            // The worst window that ends with this call begins with it, or goes on from the one before.
            open = Math.Max(open - ((call.At - before).TotalSeconds * perSecond), 0) + LinePlatform.IdsOf(call.Request).Count;
            worst = Math.Max(worst, open);
            before = call.At;
        }
        return worst;
    }
}
