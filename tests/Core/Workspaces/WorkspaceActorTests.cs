using Signalbox.Core.Workspaces;

namespace Signalbox.Core.Tests.Workspaces;

public sealed class WorkspaceActorTests
{
    private readonly StandingTime time = new();

    private static long ThisMinute => StandingTime.Start.ToUnixTimeSeconds() / 60;

    [Fact]
    public async Task What_waits_is_granted_as_far_as_the_minute_has_it_and_the_next_begins_anew()
    {
        var actor = new WorkspaceActor(time);
        Assert.Equal(new QuotaGrant(ThisMinute, 3, 2, TimeSpan.FromSeconds(30)), await actor.Grant(5, needed: 3, ahead: 0));
        Assert.Equal((2, 0), Numbers(await actor.Grant(5, needed: 3, ahead: 0)));
        Assert.Equal((0, 0), Numbers(await actor.Grant(5, needed: 1, ahead: 1)));
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(new QuotaGrant(ThisMinute + 1, 1, 4, TimeSpan.FromMinutes(1)), await actor.Grant(5, needed: 1, ahead: 0));
    }

    [Fact]
    public async Task Ahead_of_need_no_more_than_a_sixteenth_of_the_rest_is_granted_and_of_the_last_nothing()
    {
        var actor = new WorkspaceActor(time);
        Assert.Equal((100, 900), Numbers(await actor.Grant(1000, needed: 40, ahead: 61)));
        Assert.Equal((56, 844), Numbers(await actor.Grant(1000, needed: 0, ahead: 500)));
        Assert.Equal((829, 15), Numbers(await actor.Grant(1000, needed: 829, ahead: 0)));
        Assert.Equal((1, 14), Numbers(await actor.Grant(1000, needed: 1, ahead: 500)));
    }

    [Fact]
    public async Task A_limit_that_is_changed_while_the_minute_runs_counts_from_the_next_grant_on()
    {
        var actor = new WorkspaceActor(time);
        await actor.Grant(10, needed: 8, ahead: 0);
        Assert.Equal((0, 0), Numbers(await actor.Grant(5, needed: 1, ahead: 0)));
        Assert.Equal((4, 0), Numbers(await actor.Grant(12, needed: 9, ahead: 0)));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_brings_no_minute_back_and_grants_hold_no_longer_than_a_minute()
    {
        var actor = new WorkspaceActor(time);
        await actor.Grant(5, needed: 4, ahead: 0);
        time.SetBack(TimeSpan.FromHours(1));
        Assert.Equal(new QuotaGrant(ThisMinute, 1, 0, TimeSpan.FromMinutes(1)), await actor.Grant(5, needed: 4, ahead: 0));
    }

    [Fact]
    public async Task The_next_activation_goes_on_with_what_it_is_told_unless_that_came_from_a_clock_gone_wrong()
    {
        var first = new WorkspaceActor(time);
        await first.Grant(5, needed: 3, ahead: 0);
        Assert.Equal((2, 0), Numbers(await new WorkspaceActor(time, first.Granted).Grant(5, needed: 5, ahead: 0)));

        // A clock that goes some 100 ms before this one has begun the next minute already.
        var early = new WorkspaceActor(time, new GrantedMinute(ThisMinute + 1, 3));
        Assert.Equal(new QuotaGrant(ThisMinute + 1, 2, 0, TimeSpan.FromMinutes(1)), await early.Grant(5, needed: 5, ahead: 0));

        var wrong = new WorkspaceActor(time, new GrantedMinute(ThisMinute + 60, 5));
        Assert.Equal((5, 0), Numbers(await wrong.Grant(5, needed: 5, ahead: 0)));
    }

    private static (int Count, int Remaining) Numbers(QuotaGrant grant) => (grant.Count, grant.Remaining);
}
