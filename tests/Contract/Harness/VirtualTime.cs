namespace Signalbox.Contract.Harness;

/// <summary>A clock for engines with threads of their own: it moves only when it is told to and everything is at rest, from one timer to the next.</summary>
public sealed class VirtualTime(Activity activity) : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 10, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Lock gate = new();
    private readonly PriorityQueue<Timer, (DateTimeOffset Due, long Order)> timers = new();
    private DateTimeOffset now = Start;
    private long order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public override long GetTimestamp() => (GetUtcNow() - Start).Ticks;

    /// <summary>Lets so much time pass.</summary>
    public Task Pass(TimeSpan time) => PassTo(GetUtcNow() + time);

    public async Task PassTo(DateTimeOffset end)
    {
        await activity.Rest();
        while (NextBefore(end) is { } timer)
        {
            timer.Fire();
            await activity.Rest();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan) throw new NotSupportedException("no actor needs a periodic timer");
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next timer that is due by then, or to the end where there is none.</summary>
    private Timer? NextBefore(DateTimeOffset end)
    {
        lock (gate)
        {
            while (timers.TryPeek(out var timer, out var entry) && entry.Due <= end)
            {
                timers.Dequeue();
                if (!timer.IsDueAt(entry)) continue;
                if (entry.Due > now) now = entry.Due;
                return timer;
            }
            if (end > now) now = end;
            return null;
        }
    }

    private sealed class Timer(VirtualTime time, Action callback) : ITimer
    {
        private (DateTimeOffset Due, long Order)? due;

        public bool IsDueAt((DateTimeOffset Due, long Order) entry) => due == entry;

        public void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                due = dueTime == Timeout.InfiniteTimeSpan ? null : (time.now + dueTime, time.order++);
                if (due is { } entry) time.timers.Enqueue(this, entry);
            }
            time.Noted();
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private void Noted() => activity.Note();
}
