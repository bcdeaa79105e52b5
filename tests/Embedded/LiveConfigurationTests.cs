using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Simulation;

namespace Signalbox.Embedded.Tests;

/// <summary>The configuration changes while actors are at work.</summary>
public sealed class LiveConfigurationTests
{
    [Fact]
    public void A_longer_dedupe_window_counts_for_what_was_accepted_under_the_shorter_one()
    {
        var stage = new Stage();
        var first = stage.Accept("order-1", "order-2").ToList();
        stage.Pass(TimeSpan.FromHours(50));
        stage.Accept("order-3");
        stage.Pass(TimeSpan.FromHours(5));

        stage.Change(container => container with { DedupeWindow = TimeSpan.FromHours(72) });

        var again = stage.Accept("order-2", "order-3", "order-4");
        Assert.Equal([AcceptStatus.Duplicate, AcceptStatus.Duplicate, AcceptStatus.Accepted], again.Select(answer => answer.Status));
        Assert.Equal(first[1].Id, again[0].Id);
        Assert.Equal(AcceptStatus.Duplicate, stage.Accept("order-4").Single().Status);
    }

    [Fact]
    public void A_shorter_dedupe_window_counts_at_once()
    {
        var stage = new Stage();
        stage.Accept("order-1");
        stage.Pass(TimeSpan.FromHours(2));
        stage.Change(container => container with { DedupeWindow = TimeSpan.FromHours(1) });
        Assert.Equal(AcceptStatus.Accepted, stage.Accept("order-1").Single().Status);
    }

    [Fact]
    public void I4_other_settings_spend_the_quota_of_the_account_that_they_name()
    {
        var stage = new Stage();
        stage.Accept("order-1");
        stage.Pass(TimeSpan.FromSeconds(5));
        stage.Change(container => container with
        {
            Destinations = [.. container.Destinations.Select(destination => new Destination(
                destination.Id, destination.Number, destination.Platform, new SimSettings("another-account", "shop"), "second token", true, [], destination.Limits))],
        });
        stage.Accept("order-2");
        stage.Pass(TimeSpan.FromSeconds(5));

        Assert.True(stage.Receiver.Taken.ContainsKey("order-2"));
        Assert.NotEqual(DateTimeOffset.MinValue, stage.Reserved("another-account"));
        Assert.True(stage.Reserved("shop") < stage.Reserved("another-account"));
    }
}
