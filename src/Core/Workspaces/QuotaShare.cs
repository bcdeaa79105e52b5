using Signalbox.Core.Scheduling;

namespace Signalbox.Core.Workspaces;

/// <summary>
/// One door's share of one workspace's minutes. While the workspace's actor cannot be reached, the door counts by itself, up to the whole limit a
/// minute: a quota guards a plan, not anybody's data, and an event that is turned away may never come again. So for as long as that lasts, as
/// many times the limit may pass as there are doors, and no more.
/// </summary>
internal sealed class QuotaShare
{
    /// <summary>How long requests wait for the actor before the door counts alone, and how long it then lets pass between attempts.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // A door asks for what it will spend in this time, at the pace of late: some calls a second, however many requests, and no more than that is
    // lost when its requests cease.
    private static readonly TimeSpan Horizon = TimeSpan.FromMilliseconds(500);

    private readonly IWorkspace workspace;
    private readonly Func<int, RateDecision> alone;
    private readonly TimeProvider time;
    private readonly Action<Exception> onLost;
    private readonly Collector<Waiter> asks;
    private readonly long frequency;
    private QuotaBlock block = QuotaBlock.None;
    private int isAskingAhead;
    private volatile bool isAlone;
    private long retryAt;

    /// <param name="alone">Counts one request by this door's own account, under a limit.</param>
    public QuotaShare(IWorkspace workspace, Func<int, RateDecision> alone, TimeProvider time, Action<Exception> onLost)
    {
        this.workspace = workspace;
        this.alone = alone;
        this.time = time;
        this.onLost = onLost;
        asks = new Collector<Waiter>(Ask);
        frequency = time.TimestampFrequency;
    }

    public ValueTask<RateDecision> Take(int limit) => TryTake(limit) is { } decision ? new(decision) : new(Wait(limit));

    /// <returns>Null when only the actor can tell.</returns>
    private RateDecision? TryTake(int limit)
    {
        var now = time.GetTimestamp();
        var current = Volatile.Read(ref block);
        if (now < current.EndsAt)
        {
            var left = current.Take();
            if (left == current.Low && left >= 0) AskAhead(limit);
            if (left >= 0) return Decide(current, true, limit, current.Remaining + left, now);
            if (current.IsLast(limit)) return Decide(current, false, limit, 0, now);
        }
        if (!isAlone) return null;
        if (now >= Volatile.Read(ref retryAt)) AskAhead(limit);
        return alone(limit);
    }

    private void AskAhead(int limit)
    {
        if (Interlocked.Exchange(ref isAskingAhead, 1) == 0) _ = asks.Add(new Waiter(limit, null));
    }

    private async Task<RateDecision> Wait(int limit)
    {
        var answer = new TaskCompletionSource<RateDecision?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = asks.Add(new Waiter(limit, answer));

        // Not Task.WaitAsync: it would go on outside the caller's scheduler.
        using var timer = time.CreateTimer(
            static answer => ((TaskCompletionSource<RateDecision?>)answer!).TrySetResult(null), answer, Patience, Timeout.InfiniteTimeSpan);
        if (await answer.Task is { } decision) return decision;
        GoOnAlone();
        return alone(limit);
    }

    private async Task Ask(IReadOnlyList<Waiter> waiters)
    {
        // What came with the answer before this one may do for those that have waited since.
        var pending = waiters.Where(waiter => waiter.IsWaiting && !(TryTake(waiter.Limit) is { } decision && waiter.Answer!.TrySetResult(decision))).ToList();
        var isAhead = waiters.Any(waiter => waiter.Answer is null);
        try
        {
            if (pending.Count == 0 && !isAhead) return;
            var limit = waiters[^1].Limit;
            var asked = time.GetTimestamp();
            var grant = await workspace.Grant(limit, pending.Count, Ahead(pending.Count, asked));
            isAlone = false;
            Share(grant, limit, asked, pending);
        }
        catch (Exception lost)
        {
            onLost(lost);
            GoOnAlone();
            foreach (var waiter in pending) waiter.Answer!.TrySetResult(null);
        }
        finally
        {
            if (isAhead) Volatile.Write(ref isAskingAhead, 0);
        }
    }

    /// <summary>What will be spent until the horizon, at the pace since the last grant. A pace that was seen only for an instant at most doubles.</summary>
    private int Ahead(int needed, long now)
    {
        var current = block;
        var taken = (double)current.Taken + needed;
        var atThisPace = taken * Horizon.TotalSeconds * frequency / Math.Max(1, now - current.PutAt);
        return (int)Math.Min(taken * 2, atThisPace);
    }

    /// <summary>Lets those that wait pass first; the rest, and what was left of the same minute, is the next block.</summary>
    private void Share(QuotaGrant grant, int limit, long asked, List<Waiter> pending)
    {
        pending.RemoveAll(waiter => !waiter.IsWaiting);
        var units = grant.Count + (block.Minute == grant.Minute ? block.TakeAll() : 0);
        var passing = Math.Min(units, pending.Count);

        // From when it was asked for: if the answer took its time, the minute ends too early here rather than too late.
        var endsAt = asked + (long)(grant.Lasts.TotalSeconds * frequency);
        var now = time.GetTimestamp();
        var next = new QuotaBlock(grant.Minute, limit, grant.Remaining, units - passing, now, endsAt);
        Volatile.Write(ref block, next);
        for (var index = 0; index < pending.Count; index++)
        {
            var left = Math.Max(0, units - index - 1);
            pending[index].Answer!.TrySetResult(Decide(next, index < passing, limit, index < passing ? grant.Remaining + left : 0, now));
        }
    }

    private RateDecision Decide(QuotaBlock of, bool isAllowed, int limit, int remaining, long now)
    {
        var seconds = (of.EndsAt - now + frequency - 1) / frequency;
        return new RateDecision(isAllowed, limit, Math.Min(limit, remaining), (of.Minute + 1) * 60, (int)Math.Max(1, seconds));
    }

    private void GoOnAlone()
    {
        Volatile.Write(ref retryAt, time.GetTimestamp() + (long)(Patience.TotalSeconds * frequency));
        isAlone = true;
    }

    /// <summary>A request that waits, or without an answer the wish to have more before anybody does.</summary>
    private readonly record struct Waiter(int Limit, TaskCompletionSource<RateDecision?>? Answer)
    {
        public bool IsWaiting => Answer is { Task.IsCompleted: false };
    }
}
