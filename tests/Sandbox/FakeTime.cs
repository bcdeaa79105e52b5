namespace Signalbox.Sandbox.Tests;

/// <summary>A clock that stands until it is moved, and tells when somebody began to wait.</summary>
internal sealed class FakeTime : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 10, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Lock gate = new();
    private readonly List<Timer> timers = [];
    private readonly SemaphoreSlim waits = new(0);
    private DateTimeOffset now = Start;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public long Seconds => GetUtcNow().ToUnixTimeSeconds();

    public long Milliseconds => GetUtcNow().ToUnixTimeMilliseconds();

    public Task SomebodyWaits() => waits.WaitAsync(TimeSpan.FromSeconds(30));

    public void Advance(TimeSpan by)
    {
        Timer[] due;
        lock (gate)
        {
            now += by;
            due = [.. timers.Where(t => t.Due <= now)];
            timers.RemoveAll(t => t.Due <= now);
        }
        foreach (var timer in due) timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state), GetUtcNow() + dueTime);
        lock (gate) timers.Add(timer);
        waits.Release();
        return timer;
    }

    private sealed class Timer(FakeTime time, Action fire, DateTimeOffset due) : ITimer
    {
        public DateTimeOffset Due { get; } = due;

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose()
        {
            lock (time.gate) time.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
