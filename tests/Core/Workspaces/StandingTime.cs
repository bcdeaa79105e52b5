namespace Signalbox.Core.Tests.Workspaces;

/// <summary>A clock that stands until it is moved, forward or back, and whose timers never ring. The monotonic one only goes forward.</summary>
internal sealed class StandingTime : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 10, 1, 12, 0, 30, TimeSpan.Zero);

    private long utcTicks = Start.UtcTicks;
    private long timestamp;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref utcTicks), TimeSpan.Zero);

    public override long GetTimestamp() => Volatile.Read(ref timestamp);

    public void Advance(TimeSpan by)
    {
        Interlocked.Add(ref utcTicks, by.Ticks);
        Interlocked.Add(ref timestamp, by.Ticks);
    }

    public void SetBack(TimeSpan by) => Interlocked.Add(ref utcTicks, -by.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Silent();

    private sealed class Silent : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
