using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Simulation;

namespace Signalbox.Embedded.Tests;

public sealed class DeliveryTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_full_batch_leaves_at_once_and_a_small_one_when_its_first_event_has_waited_long_enough()
    {
        // Of a batch of 40, ten stay free for calls that arrive late.
        var stage = new Stage(new Limits(200, 40, Second * 5, 2));
        stage.Accept([.. Enumerable.Range(0, 30).Select(number => $"full-{number}")]);
        stage.Pass(Second);
        Assert.Equal(30, Assert.Single(stage.Receiver.Calls).Count);

        var accepted = stage.Now;
        stage.Accept("small");
        stage.Pass(Second * 4);
        Assert.Single(stage.Receiver.Calls);
        stage.Pass(Second * 2);
        Assert.Equal(1, stage.Receiver.Calls[1].Count);
        Assert.InRange(stage.Receiver.Calls[1].Time - accepted, Second * 5, Second * 5.2);
    }

    [Fact]
    public void Retry_After_stops_the_destination_for_as_long_as_it_says_and_the_ledger_shows_its_events_as_parked()
    {
        var stage = new Stage();
        stage.Receiver.Instead = _ => Receiver.Answer(429, Second * 90);
        stage.Accept("one");
        stage.Pass(Second * 5);
        stage.Accept("two");
        stage.Receiver.Instead = null;
        Assert.Equal(2, stage.Ledger.Parked);
        Assert.Equal(StopReason.Throttled, stage.Ledger.Stop?.Reason);
        stage.Pass(Second * 80);
        Assert.Single(stage.Receiver.Calls);
        stage.Pass(Second * 10);
        Assert.Equal(2, stage.Receiver.Taken.Count);
        Assert.Equal(2, stage.Ledger.Delivered);
    }

    [Fact]
    public void Refused_credentials_hold_everything_until_they_are_changed_and_then_it_drains()
    {
        var stage = new Stage();
        stage.Receiver.IsLocked = true;
        stage.Accept("one");
        stage.Pass(Second * 5);
        stage.Accept("two", "three");
        stage.Pass(TimeSpan.FromDays(1));
        Assert.Single(stage.Receiver.Calls);
        Assert.Equal(3, stage.Ledger.Parked);
        Assert.Equal(StopReason.Unauthorised, stage.Ledger.Stop?.Reason);

        stage.Receiver.IsLocked = false;
        stage.Configure("second token");
        stage.Pass(Sweep.Every + (Second * 5));
        Assert.Equal(3, stage.Ledger.Delivered);
        Assert.Null(stage.Ledger.Stop);
    }

    [Fact]
    public void Refused_credentials_still_hold_after_a_restart_with_the_same_settings()
    {
        var stage = new Stage();
        stage.Receiver.IsLocked = true;
        stage.Accept("one");
        stage.Pass(Second * 5);
        stage.Restart();
        stage.Pass(TimeSpan.FromHours(1));
        Assert.Single(stage.Receiver.Calls);
    }

    [Fact]
    public void I7_a_poison_event_is_found_by_halving_and_its_neighbours_are_delivered()
    {
        var stage = new Stage(new Limits(1000, 200, Second, 2));
        stage.Accept("before");
        stage.Pass(Second * 3);
        stage.Accept([.. Enumerable.Range(0, 64).Select(number => number == 37 ? "poison" : $"order-{number}")]);
        stage.Pass(Second * 10);
        Assert.Equal(64, stage.Ledger.Delivered);
        Assert.Equal(1, stage.Ledger.Rejected);
        Assert.All(stage.Receiver.Taken.Values, times => Assert.Single(times));
        var state = Assert.Single(stage.Find("poison")!.Deliveries);
        Assert.Equal("rejected", state.State);
        Assert.Equal("one of them is poison", state.Reason);
    }

    [Fact]
    public void A_fault_in_the_set_up_rejects_nothing()
    {
        var stage = new Stage();
        stage.Receiver.Instead = _ => Receiver.Answer(400);
        stage.Accept([.. Enumerable.Range(0, 40).Select(number => $"order-{number}")]);
        stage.Pass(TimeSpan.FromHours(3));
        Assert.Equal(0, stage.Ledger.Rejected);
        Assert.Equal(40, stage.Ledger.Parked + stage.Ledger.Waiting);
        Assert.InRange(stage.Receiver.Calls.Count, 2, 500);

        stage.Receiver.Instead = null;
        stage.Pass(TimeSpan.FromHours(2));
        Assert.Equal(40, stage.Ledger.Delivered);
    }

    [Fact]
    public void I7_an_event_that_makes_the_platform_fail_is_parked_and_others_pass_it()
    {
        var stage = new Stage(new Limits(1000, 1, TimeSpan.FromMilliseconds(10), 1));
        stage.Receiver.Instead = ids => ids[0] == "toxic" ? Receiver.Answer(500) : null;
        stage.Accept("toxic", "one", "two", "three");
        stage.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(3, stage.Ledger.Delivered);
        Assert.Equal(1, stage.Ledger.Parked);
        var state = Assert.Single(stage.Find("toxic")!.Deliveries);
        Assert.Equal("parked", state.State);
        Assert.NotNull(state.NextAttempt);

        stage.Receiver.Instead = null;
        stage.Pass(TimeSpan.FromHours(2));
        Assert.Equal(4, stage.Ledger.Delivered);
    }

    [Fact]
    public void A_platform_that_is_down_is_asked_ever_less_often_and_nothing_is_parked_or_lost()
    {
        var stage = new Stage();
        stage.Receiver.Instead = _ => Receiver.Answer(503);
        stage.Accept("one", "two");
        stage.Pass(TimeSpan.FromHours(6));
        Assert.InRange(stage.Receiver.Calls.Count, 10, 150);
        Assert.Equal(0, stage.Ledger.Rejected);
        stage.Receiver.Instead = null;
        stage.Pass(TimeSpan.FromMinutes(6));
        Assert.Equal(2, stage.Ledger.Delivered);
    }

    [Fact]
    public void Events_behind_a_stop_expire_before_the_platform_would_refuse_them_for_their_age()
    {
        var stage = new Stage();
        stage.Receiver.IsLocked = true;
        stage.Accept("old");
        stage.Pass(TimeSpan.FromDays(5));
        stage.Accept("young");
        stage.Pass(TimeSpan.FromDays(2.5));
        Assert.Equal(1, stage.Ledger.Expired);
        Assert.Equal("expired", stage.Find("old")!.Deliveries.Single().State);

        stage.Receiver.IsLocked = false;
        stage.Configure("second token");
        stage.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(["young"], stage.Receiver.Taken.Keys);
    }

    [Fact]
    public void Consent_that_the_destination_requires_by_now_is_checked_once_more_before_sending()
    {
        var stage = new Stage();
        stage.Receiver.IsLocked = true;
        stage.Accept("first");
        stage.Pass(Second * 5);
        stage.Accept(Stage.Event("silent", stage.Now));
        var granted = Stage.Event("granted", stage.Now);
        granted.Consent = ["marketing"];
        stage.Accept(granted);

        stage.Receiver.IsLocked = false;
        stage.Configure("second token", consent: ["marketing"]);
        stage.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(["granted"], stage.Receiver.Taken.Keys);
        Assert.Equal(2, stage.Ledger.ConsentDenied);
        Assert.True(stage.Ledger.Balances);
    }

    [Fact]
    public void An_event_without_the_required_consent_is_denied_at_the_door_and_a_disabled_destination_filters()
    {
        var stage = new Stage();
        stage.Configure("token", consent: ["marketing"]);
        stage.Accept("silent");
        stage.Configure("token", enabled: false);
        stage.Accept("filtered");
        stage.Pass(TimeSpan.FromMinutes(1));
        Assert.Empty(stage.Receiver.Calls);
        Assert.Equal((1, 1, 2), (stage.Ledger.ConsentDenied, stage.Ledger.Filtered, stage.Ledger.Accepted));
        Assert.Equal("consent_denied", stage.Find("silent")!.Deliveries.Single().State);
    }

    [Fact]
    public void I1_what_still_waits_when_its_journal_day_is_dropped_is_delivered_from_its_copy()
    {
        var stage = new Stage();
        stage.Receiver.Instead = ids => ids.Contains("parked") ? Receiver.Answer(500) : null;
        stage.Accept("fine");
        stage.Pass(Second * 3);
        stage.Configure("token", enabled: true);
        var ageless = Enumerable.Range(0, 3).Select(number => Stage.Event($"waiting-{number}", stage.Now + TimeSpan.FromDays(20))).ToArray();
        stage.Receiver.IsLocked = true;
        stage.Accept(ageless);
        stage.Pass(TimeSpan.FromDays(10));
        Assert.Equal(0, stage.Ledger.Expired);
        Assert.Null(stage.Find("waiting-1"));
        Assert.Equal(3, stage.Ledger.Parked);

        stage.Receiver.IsLocked = false;
        stage.Configure("second token");
        stage.Pass(TimeSpan.FromHours(2));
        Assert.Equal(["fine", "waiting-0", "waiting-1", "waiting-2"], stage.Receiver.Taken.Keys.Order());
        Assert.Equal(4, stage.Ledger.Delivered);
        Assert.True(stage.Ledger.Balances);
    }

    [Fact]
    public void I4_a_rate_holds_across_a_crash_and_a_backlog_moves_at_that_rate()
    {
        var stage = new Stage(new Limits(50, 20, Second, 4));
        for (var request = 0; request < 20; request++) stage.Accept([.. Enumerable.Range(0, 50).Select(number => $"order-{request}-{number}")]);
        stage.Pass(Second * 7);
        stage.Crash();
        stage.Pass(Second * 30);
        Assert.InRange(Receiver.WorstExcess([stage.Receiver], 50), 1, 20);
        Assert.Equal(1000, stage.Receiver.Taken.Count);
        Assert.InRange(stage.Receiver.Calls[^1].Time - stage.Receiver.Calls[0].Time, Second * 19, Second * 27);
    }

    [Fact]
    public void After_a_crash_only_what_may_have_been_in_flight_is_marked_as_a_possible_duplicate_and_it_counts_once()
    {
        var stage = new Stage();
        stage.Accept("done");
        stage.Pass(Second * 3);

        // The answer takes its time, so that the crash finds the call in flight.
        stage.Receiver.Instead = _ =>
        {
            stage.Receiver.Instead = null;
            return null;
        };
        stage.Accept("in flight");
        stage.PassUntil(() => stage.Receiver.Taken.ContainsKey("in flight"));
        stage.Crash();
        stage.Accept("later");
        stage.Pass(Second * 20);
        Assert.Equal(2, stage.Receiver.Taken["in flight"].Count);
        Assert.Single(stage.Receiver.Taken["done"]);
        Assert.Single(stage.Receiver.Taken["later"]);
        Assert.True(stage.Find("in flight")!.Deliveries.Single().Attempts[^1].MaybeDuplicate);
        Assert.Equal(3, stage.Ledger.Delivered);
    }

    [Fact]
    public void A_graceful_restart_goes_on_at_once_and_repeats_nothing()
    {
        var stage = new Stage(new Limits(1000, 1, TimeSpan.FromMilliseconds(10), 1));
        stage.Accept([.. Enumerable.Range(0, 30).Select(number => $"order-{number}")]);
        stage.PassUntil(() => stage.Receiver.Taken.Count == 10);
        stage.Restart();
        var restarted = stage.Now;
        stage.Pass(Second * 10);
        Assert.Equal(30, stage.Receiver.Taken.Count);
        Assert.All(stage.Receiver.Taken.Values, times => Assert.Single(times));
        Assert.InRange(stage.Receiver.Calls[^1].Time - restarted, TimeSpan.Zero, Second * 2.5);
    }

    [Fact]
    public void I3_what_waits_for_a_destination_that_is_removed_ends_as_cancelled()
    {
        var stage = new Stage(new Limits(1000, 1, TimeSpan.FromMilliseconds(10), 1));
        stage.Receiver.Instead = ids => ids[0] == "toxic" ? Receiver.Answer(500) : null;
        stage.Accept("toxic", "fine");
        stage.Pass(TimeSpan.FromMinutes(1));
        stage.Receiver.IsLocked = true;
        stage.Accept("waiting-1", "waiting-2");
        stage.Pass(Second * 10);
        var removed = stage.Remove();
        Assert.Equal(new DeliveryCounts(1, 0, 0, 0, Cancelled: 3, 0, 0), removed.Counts);
        Assert.Single(stage.Receiver.Taken);
    }

    [Theory]
    [InlineData(1, 60)]
    [InlineData(1, 1000)]
    [InlineData(20, 200)]
    public void I4_a_machine_whose_timers_ring_late_still_delivers_and_never_faster_than_allowed(int batchSize, int latenessMs)
    {
        var stage = new Stage(new Limits(50, batchSize, TimeSpan.FromMilliseconds(100), 4)) { Lateness = TimeSpan.FromMilliseconds(latenessMs) };
        stage.Accept([.. Enumerable.Range(0, 40).Select(number => $"order-{number}")]);
        stage.Pass(TimeSpan.FromMinutes(3));
        Assert.Equal(40, stage.Receiver.Taken.Count);
        Assert.InRange(Receiver.WorstExcess([stage.Receiver], 50), 1, batchSize);
    }
}
