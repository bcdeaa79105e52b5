using Signalbox.Core.Workspaces;

namespace Signalbox.Api.Tests;

public sealed class RateLimiterTests
{
    [Fact]
    public void A_minute_allows_its_limit_to_each_key_and_the_next_begins_anew()
    {
        var time = new FakeTime();
        var limiter = new RateLimiter(time);

        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => limiter.Take("one", 2).IsAllowed));
        Assert.True(limiter.Take("two", 2).IsAllowed);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, limiter.Take("one", 2).Remaining);
    }

    [Fact]
    public void The_clock_being_set_back_allows_no_more()
    {
        var time = new FakeTime();
        var limiter = new RateLimiter(time);
        Assert.True(limiter.Take("one", 1).IsAllowed);
        time.Advance(TimeSpan.FromMinutes(-1));
        var decision = limiter.Take("one", 1);

        Assert.False(decision.IsAllowed);
        Assert.Equal(90, decision.RetryAfter);
    }

    [Fact]
    public void Made_up_keys_share_one_count_once_there_are_too_many()
    {
        var limiter = new RateLimiter(new FakeTime(), maxKeys: 2);
        foreach (var known in new[] { "a", "b" }) limiter.Take(known, 2);

        Assert.Equal([true, true, false], new[] { "c", "d", "e" }.Select(key => limiter.Take(key, 2).IsAllowed));
        Assert.True(limiter.Take("a", 2).IsAllowed);
    }

    [Fact]
    public void Exactly_the_limit_passes_when_all_come_at_once()
    {
        var limiter = new RateLimiter(new FakeTime());
        var allowed = 0;
        Parallel.For(0, 10_000, _ =>
        {
            if (limiter.Take("one", 1_234).IsAllowed) Interlocked.Increment(ref allowed);
        });
        Assert.Equal(1_234, allowed);
    }
}
