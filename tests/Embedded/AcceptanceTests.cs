using Signalbox.Core.Containers;
using Signalbox.Core.Events;
using Signalbox.Core.Visitors;

namespace Signalbox.Embedded.Tests;

public sealed class AcceptanceTests
{
    [Fact]
    public void I2_an_event_id_is_accepted_once_within_48_hours_and_answers_with_the_first_ones_id_and_time()
    {
        var stage = new Stage();
        var first = stage.Accept("order-1").Single();
        stage.Pass(TimeSpan.FromHours(47.9));
        var again = stage.Accept("order-1").Single();
        Assert.Equal(AcceptStatus.Accepted, first.Status);
        Assert.Equal(first with { Status = AcceptStatus.Duplicate }, again);

        stage.Pass(TimeSpan.FromHours(0.2));
        Assert.Equal(AcceptStatus.Accepted, stage.Accept("order-1").Single().Status);
    }

    [Fact]
    public void I2_duplicates_inside_one_request_and_across_restarts_are_found()
    {
        var stage = new Stage();
        var answers = stage.Accept("twice", "once", "twice");
        Assert.Equal([AcceptStatus.Accepted, AcceptStatus.Accepted, AcceptStatus.Duplicate], answers.Select(answer => answer.Status));
        Assert.Equal(answers[0].Id, answers[2].Id);
        stage.Crash();
        Assert.Equal(answers[0].Id, stage.Accept("twice").Single().Id);
        Assert.Equal(2, stage.Ledger.Accepted);
    }

    [Fact]
    public void Events_without_an_id_of_their_own_are_never_duplicates_and_are_found_by_the_routers_id()
    {
        var stage = new Stage();
        var answers = stage.Accept((string?)null, null);
        Assert.All(answers, answer => Assert.Equal(AcceptStatus.Accepted, answer.Status));
        Assert.NotEqual(answers[0].Id, answers[1].Id);
        Assert.Equal(2, stage.Find(answers[1].Id)!.Seq);
        stage.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(answers.Select(answer => answer.Id).Order(), stage.Receiver.Taken.Keys.Order());
    }

    [Fact]
    public void I5_explicit_values_win_and_the_visitors_record_fills_the_gaps_with_its_origin()
    {
        var stage = new Stage();
        var clickedAt = stage.Now;
        stage.Merge("visitor", new VisitorTouch(
            clickedAt,
            new Dictionary<Identifier, string> { [Identifier.Fbclid] = "Click-A", [Identifier.Fbp] = "fb.1.1.visitor", [Identifier.ClientIp] = "203.0.113.9" },
            Url: null,
            Referrer: null));
        stage.Pass(TimeSpan.FromDays(1));

        var e = Stage.Event("order-1", stage.Now);
        e.Identifiers.TryAdd(Identifier.VisitorId, "visitor", Origin.Explicit);
        e.Identifiers.TryAdd(Identifier.Fbp, "fb.1.1.explicit", Origin.Explicit);
        stage.Accept(e);

        var stored = stage.Find("order-1")!.Event.Identifiers.ToDictionary(one => one.Kind, one => (one.Origin, one.Value));
        Assert.Equal((Origin.Explicit, "fb.1.1.explicit"), stored[Identifier.Fbp]);
        Assert.Equal((Origin.Visitor, "203.0.113.9"), stored[Identifier.ClientIp]);
        Assert.Equal((Origin.Visitor, $"fb.1.{clickedAt.ToUnixTimeMilliseconds()}.Click-A"), stored[Identifier.Fbc]);
    }

    [Fact]
    public void I5_a_click_that_the_visitors_record_saw_keeps_its_own_time_even_when_the_event_names_it()
    {
        var stage = new Stage();
        var clickedAt = stage.Now;
        stage.Merge("visitor", new VisitorTouch(clickedAt, new Dictionary<Identifier, string> { [Identifier.Fbclid] = "Click-A" }, null, null));
        stage.Pass(TimeSpan.FromHours(5));

        var same = Stage.Event("same click", stage.Now);
        same.Identifiers.TryAdd(Identifier.VisitorId, "visitor", Origin.Explicit);
        same.Identifiers.TryAdd(Identifier.Fbclid, "Click-A", Origin.Explicit);
        var other = Stage.Event("other click", stage.Now);
        other.Identifiers.TryAdd(Identifier.VisitorId, "visitor", Origin.Explicit);
        other.Identifiers.TryAdd(Identifier.Fbclid, "Click-B", Origin.Explicit);
        stage.Accept(same, other);

        Assert.Equal($"fb.1.{clickedAt.ToUnixTimeMilliseconds()}.Click-A", stage.Find("same click")!.Event.Identifiers[Identifier.Fbc]);
        Assert.Equal($"fb.1.{other.Time.ToUnixTimeMilliseconds()}.Click-B", stage.Find("other click")!.Event.Identifiers[Identifier.Fbc]);
    }

    [Fact]
    public void A_second_sight_of_the_same_click_keeps_the_first_ones_time_and_a_new_click_replaces_it()
    {
        var stage = new Stage();
        var first = stage.Now;
        VisitorRecord? Click(string fbclid) =>
            stage.Merge("visitor", new VisitorTouch(stage.Now, new Dictionary<Identifier, string> { [Identifier.Fbclid] = fbclid }, null, null));
        Click("Click-A");
        stage.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal($"fb.1.{first.ToUnixTimeMilliseconds()}.Click-A", Click("Click-A")!.Identifiers[Identifier.Fbc].Value);
        stage.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal($"fb.1.{stage.Now.ToUnixTimeMilliseconds()}.Click-B", Click("Click-B")!.Identifiers[Identifier.Fbc].Value);
    }

    [Fact]
    public void An_unknown_visitor_is_no_error()
    {
        var stage = new Stage();
        var e = Stage.Event("order-1", stage.Now);
        e.Identifiers.TryAdd(Identifier.VisitorId, "nobody", Origin.Explicit);
        Assert.Equal(AcceptStatus.Accepted, stage.Accept(e).Single().Status);
    }
}
