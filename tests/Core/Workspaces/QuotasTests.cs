using Signalbox.Core.Workspaces;

namespace Signalbox.Core.Tests.Workspaces;

public sealed class QuotasTests
{
    private readonly StandingTime time = new();
    private readonly List<Exception> lost = [];
    private IWorkspace actor;
    private int calls;

    public QuotasTests() => actor = new WorkspaceActor(time);

    [Fact]
    public async Task One_door_knows_exactly_what_is_left_of_the_minute_and_when_it_ends()
    {
        var door = NewDoor();
        var endOfMinute = new DateTimeOffset(2026, 10, 1, 12, 1, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        for (var left = 999; left >= 0; left--) Assert.Equal(new RateDecision(true, 1000, left, endOfMinute, 30), await door.Take(With(1000)));
        Assert.Equal(new RateDecision(false, 1000, 0, endOfMinute, 30), await door.Take(With(1000)));
        time.Advance(TimeSpan.FromMilliseconds(29_300));
        Assert.Equal(new RateDecision(false, 1000, 0, endOfMinute, 1), await door.Take(With(1000)));
        time.Advance(TimeSpan.FromMilliseconds(700));
        Assert.Equal(new RateDecision(true, 1000, 999, endOfMinute + 60, 60), await door.Take(With(1000)));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(5, 3)]
    [InlineData(17, 2)]
    [InlineData(100, 3)]
    [InlineData(1000, 5)]
    [InlineData(60_000, 3)]
    public async Task Exactly_the_limit_passes_when_requests_come_in_turn_at_several_doors(int limit, int doorCount)
    {
        var doors = Enumerable.Range(0, doorCount).Select(_ => NewDoor()).ToArray();
        for (var request = 0; request < limit; request++)
            Assert.True((await doors[request % doorCount].Take(With(limit))).IsAllowed, $"request {request + 1} of {limit} was refused");
        foreach (var door in doors) Assert.Equal((false, 0), await Ask(door, limit));
    }

    [Fact]
    public async Task Never_more_than_the_limit_passes_when_threads_at_several_doors_take_all_at_once()
    {
        var gate = new Lock();
        var inner = actor;
        actor = new Fake(grant =>
        {
            lock (gate) return inner.Grant(grant.Limit, grant.Needed, grant.Ahead);
        });
        var doors = Enumerable.Range(0, 3).Select(_ => NewDoor()).ToArray();
        var allowed = 0;
        await Task.WhenAll(Enumerable.Range(0, 12).Select(client => Task.Run(async () =>
        {
            for (var request = 0; request < 5_000; request++)
            {
                if ((await doors[client % 3].Take(With(50_000))).IsAllowed) Interlocked.Increment(ref allowed);
            }
        })));

        // Some of it may be at a door that nobody asks any more, but not much.
        Assert.InRange(allowed, 45_000, 50_000);
    }

    [Fact]
    public async Task A_refused_flood_asks_the_actor_once_a_minute()
    {
        var door = NewDoor();
        for (var minute = 0; minute < 3; minute++)
        {
            calls = 0;
            for (var request = 0; request < 1000; request++) await door.Take(With(1));
            Assert.Equal(1, calls);
            time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task A_door_asks_some_times_a_second_however_many_requests_it_has()
    {
        var door = NewDoor();
        await Spend(door, TimeSpan.FromSeconds(5));
        calls = 0;
        await Spend(door, TimeSpan.FromSeconds(60));
        Assert.InRange(calls, 30, 300);
    }

    [Fact]
    public async Task While_a_block_has_room_nothing_is_allocated_and_nothing_awaited()
    {
        var door = NewDoor();
        await Spend(door, TimeSpan.FromSeconds(5));
        var workspace = With(600_000);

        // More than once, for one of these runs may meet the moment to ask for the next block.
        var runs = Enumerable.Range(0, 3).Select(_ => Cost(() => door.Take(workspace).IsCompletedSuccessfully, times: 100)).ToList();
        Assert.Contains((0, 0L), runs);
    }

    [Fact]
    public async Task A_limit_that_is_raised_lets_more_through_at_once_and_one_that_is_lowered_from_the_next_grant_on()
    {
        var door = NewDoor();
        for (var request = 0; request < 5; request++) await door.Take(With(5));
        Assert.Equal((false, 0), await Ask(door, 5));
        Assert.Equal((true, 1), await Ask(door, 7));
        Assert.Equal((false, 0), await Ask(door, 6));
        Assert.Equal((true, 0), await Ask(door, 7));
    }

    [Fact]
    public async Task A_door_whose_actor_fails_counts_alone_up_to_the_limit_and_asks_again_every_second()
    {
        var healthy = actor;
        actor = new Fake(_ => Task.FromException<QuotaGrant>(new IOException()));
        var door = NewDoor();
        for (var left = 4; left >= 0; left--) Assert.Equal((true, left), await Ask(door, 5));
        Assert.Equal((false, 0), await Ask(door, 5));
        Assert.Equal(1, calls);
        Assert.Single(lost);

        actor = healthy;
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((false, 0), await Ask(door, 5));
        await Until(() => calls == 2);
        Assert.Equal((true, 4), await Ask(door, 5));
    }

    [Fact]
    public async Task Workspaces_are_counted_one_by_one()
    {
        var actors = new Dictionary<string, IWorkspace>();
        var door = new Quotas(id => actors.TryGetValue(id, out var known) ? known : actors[id] = new WorkspaceActor(time), time, lost.Add);
        Assert.True((await door.Take(With(1, "one"))).IsAllowed);
        Assert.False((await door.Take(With(1, "one"))).IsAllowed);
        Assert.True((await door.Take(With(1, "two"))).IsAllowed);
    }

    private static (int Awaited, long Bytes) Cost(Func<bool> isAtOnce, int times)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var awaited = 0;
        for (var time = 0; time < times; time++) awaited += isAtOnce() ? 0 : 1;
        return (awaited, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>600,000 a minute, evenly.</summary>
    private async Task Spend(Quotas door, TimeSpan during)
    {
        for (var passed = TimeSpan.Zero; passed < during; passed += TimeSpan.FromMilliseconds(10))
        {
            for (var request = 0; request < 100; request++) await door.Take(With(600_000));
            time.Advance(TimeSpan.FromMilliseconds(10));

            // Whoever asks ahead does so beside the requests.
            await Task.Yield();
        }
    }

    private Quotas NewDoor() => new(
        _ => new Fake(grant =>
        {
            Interlocked.Increment(ref calls);
            return actor.Grant(grant.Limit, grant.Needed, grant.Ahead);
        }),
        time,
        lost.Add);

    private static async Task<(bool IsAllowed, int Remaining)> Ask(Quotas door, int limit)
    {
        var decision = await door.Take(With(limit));
        return (decision.IsAllowed, decision.Remaining);
    }

    private static async Task Until(Func<bool> happened)
    {
        while (!happened()) await Task.Yield();
    }

    private static Workspace With(int limit, string id = "acme") => new(id, Plan.Enterprise, limit, "active", null, [], [], []);

    private sealed class Fake(Func<(int Limit, int Needed, int Ahead), Task<QuotaGrant>> grant) : IWorkspace
    {
        public Task<QuotaGrant> Grant(int limit, int needed, int ahead) => grant((limit, needed, ahead));
    }
}
