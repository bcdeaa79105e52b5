namespace Signalbox.Simulation;

/// <summary>
/// One thread, one clock and one source of chance for everything in a run: work that is ready is picked by the seed, and time moves on only when
/// nothing is ready. Work or a timer from another thread fails the run, for it would make it unrepeatable.
/// </summary>
internal sealed class World(int seed) : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 10, 1, 12, 0, 0, TimeSpan.Zero);

    // Far more than anything honest does in a minute.
    private const int MostStepsAMinute = 200_000;

    private readonly int thread = Environment.CurrentManagedThreadId;
    private readonly List<Action> ready = [];
    private readonly PriorityQueue<Timer, (DateTimeOffset Due, long Order)> timers = new();
    private DateTimeOffset now = Start;
    private long timersMade;
    private (int Minute, int Steps) lately;

    public Random Random { get; } = new(seed);

    public long Steps { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Elapsed => now - Start;

    /// <summary>How much later than asked every timer rings: a machine that is too busy.</summary>
    public TimeSpan Lateness { get; set; }

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => (now - Start).Ticks;

    public void Post(Action work)
    {
        FailOnForeignThread();
        ready.Add(work);
    }

    public bool Chance(double probability) => Random.NextDouble() < probability;

    public Random NewRandom() => new(Random.Next());

    /// <summary>Runs until nothing is left to do before <paramref name="end"/>, or until <paramref name="isOver"/>.</summary>
    public void Run(TimeSpan end, Func<bool> isOver)
    {
        while (!isOver())
        {
            Steps++;
            FailOnSpinning();
            if (ready.Count > 0)
            {
                var index = Random.Next(ready.Count);
                var work = ready[index];
                ready.RemoveAt(index);
                work();
            }
            else if (!timers.TryPeek(out _, out var next) || next.Due - Start > end)
            {
                return;
            }
            else
            {
                var timer = timers.Dequeue();
                if (next.Due > now) now = next.Due;
                timer.Fire(next);
            }
        }
    }

    /// <summary>Moves the clock on to where nothing happens before.</summary>
    public void MoveTo(TimeSpan elapsed)
    {
        if (Start + elapsed > now) now = Start + elapsed;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        FailOnForeignThread();
        if (period != Timeout.InfiniteTimeSpan) throw new NotSupportedException("no actor needs a periodic timer");
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void FailOnSpinning()
    {
        var minute = (int)Elapsed.TotalMinutes;
        lately = minute == lately.Minute ? (minute, lately.Steps + 1) : (minute, 0);
        if (lately.Steps > MostStepsAMinute) throw new InvalidOperationException($"somebody spins at {Elapsed}");
    }

    private void FailOnForeignThread()
    {
        if (Environment.CurrentManagedThreadId != thread)
        {
            throw new InvalidOperationException($"work was queued from a foreign thread:\n{Environment.StackTrace}");
        }
    }

    private sealed class Timer(World world, TimerCallback callback, object? state) : ITimer
    {
        private (DateTimeOffset Due, long Order)? due;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            due = null;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                due = (world.now + dueTime + world.Lateness, world.timersMade++);
                world.timers.Enqueue(this, due.Value);
            }
            return true;
        }

        public void Fire((DateTimeOffset Due, long Order) entry)
        {
            if (due != entry) return;
            due = null;
            callback(state);
        }

        public void Dispose() => due = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
