using Signalbox.Core.Workspaces;
using Signalbox.Embedded;

namespace Signalbox.Simulation;

/// <summary>Several doors and a workspace's actor that moves between silos whose clocks differ, on virtual time, by many seeds.</summary>
public sealed class QuotaTests
{
    private const int Seeds = 200;

    [Fact]
    public void No_minute_lets_more_than_its_limit_through_however_doors_interleave_and_the_actor_moves()
    {
        var spent = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var day = new Day(seed) { LongestDelay = TimeSpan.FromMilliseconds(200) };
            day.Run();
            foreach (var (minute, allowed) in day.Allowed)
                Assert.True(allowed <= day.HighestLimit[minute], $"seed {seed}: {allowed} of {day.HighestLimit[minute]} in minute {minute}");
            Assert.True(day.Lost.Count == 0, $"seed {seed}: {day.Lost.FirstOrDefault()}");
            spent += day.Allowed.Count(minute => minute.Value == day.HighestLimit[minute.Key]);
        }
        Assert.True(spent > Seeds, "hardly any minute was spent whole: it could not have been too much");
    }

    [Fact]
    public void An_actor_that_fails_or_hangs_delays_a_request_by_a_second_and_costs_no_more_than_the_limit_once_at_each_door()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var day = new Day(seed) { LongestDelay = TimeSpan.FromSeconds(3), Failing = 0.3, LimitStays = true };
            day.Run();
            Assert.True(day.LongestWait <= TimeSpan.FromSeconds(1), $"seed {seed}: a request waited {day.LongestWait}");
            foreach (var (minute, allowed) in day.Allowed)
            {
                var most = (day.DoorCount + 1) * day.Limit;
                Assert.True(allowed <= most, $"seed {seed}: {allowed} of {most} in minute {minute}");
            }
        }
    }

    /// <summary>Three minutes of one workspace, as a seed has them.</summary>
    private sealed class Day
    {
        private static readonly TimeSpan Length = TimeSpan.FromMinutes(3);
        private static readonly int[] Limits = [1, 5, 60, 1000, 4000];

        private readonly World world;
        private readonly List<Quotas> doors = [];
        private readonly List<Task> clients = [];
        private WorkspaceActor actor;

        public Day(int seed)
        {
            world = new World(seed);
            Limit = Limits[world.Random.Next(Limits.Length)];
            actor = new WorkspaceActor(NewClock());
            for (var door = world.Random.Next(1, 5); door > 0; door--) doors.Add(new Quotas(_ => new Line(this), NewClock(), Lost.Add));
        }

        /// <summary>Of each call to the actor and of each answer.</summary>
        public TimeSpan LongestDelay { get; init; }

        /// <summary>How many calls fail, before or after they took effect.</summary>
        public double Failing { get; init; }

        public bool LimitStays { get; init; }

        public int Limit { get; private set; }

        public int DoorCount => doors.Count;

        public List<Exception> Lost { get; } = [];

        public Dictionary<long, int> Allowed { get; } = [];

        /// <summary>The highest limit that a door asked for a part of each minute with.</summary>
        public Dictionary<long, int> HighestLimit { get; } = [];

        public TimeSpan LongestWait { get; private set; }

        public void Run()
        {
            // Whatever the test framework put around this thread must not catch the continuations.
            var outside = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(null);
            try
            {
                for (var client = 0; client < 4 * doors.Count; client++) Start(Send);
                if (!LimitStays) Start(Change);
                Start(Move);
                world.Run(Length * 2, () => clients.All(client => client.IsCompleted));
                Assert.All(clients, client => Assert.True(client.IsCompletedSuccessfully, client.Exception?.ToString()));
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(outside);
            }
        }

        /// <summary>Requests of one client at one door, alone or in bursts, now fast and now slow.</summary>
        private async Task Send()
        {
            var door = doors[world.Random.Next(doors.Count)];
            while (world.Elapsed < Length)
            {
                for (var burst = world.Random.Next(1, 30); burst > 0; burst--) await Take(door);
                await Pause(world.Chance(0.1) ? 20_000 : 400);
            }
        }

        private async Task Take(Quotas door)
        {
            var asked = world.Elapsed;
            var decision = await door.Take(new Workspace("acme", Plan.Pro, Limit, "active", null, [], [], []));
            if (world.Elapsed - asked > LongestWait) LongestWait = world.Elapsed - asked;
            if (decision.IsAllowed) Allowed[decision.Reset] = Allowed.GetValueOrDefault(decision.Reset) + 1;
        }

        private async Task Change()
        {
            while (world.Elapsed < Length)
            {
                await Pause(60_000);
                if (world.Chance(0.5)) Limit = Limits[world.Random.Next(Limits.Length)];
            }
        }

        /// <summary>The actor's activations follow each other, each with what the one before had granted, on another clock: best where minutes meet.</summary>
        private async Task Move()
        {
            while (world.Elapsed < Length)
            {
                if (world.Chance(0.5)) await Pause(30_000);
                else await Task.Delay(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(world.Elapsed.Ticks % TimeSpan.TicksPerMinute), world);
                await Pause(400);
                actor = new WorkspaceActor(NewClock(), actor.Granted);
            }
        }

        private void Start(Func<Task> client) => clients.Add(new ActivationScheduler(world.Post).Call(client));

        private Task Pause(int mostMilliseconds) => Task.Delay(TimeSpan.FromMilliseconds(world.Random.Next(mostMilliseconds)), world);

        private SkewedTime NewClock() => new(world, TimeSpan.FromMilliseconds(world.Random.Next(-300, 300)));

        /// <summary>The way from a door to the actor and back.</summary>
        private sealed class Line(Day day) : IWorkspace
        {
            public async Task<QuotaGrant> Grant(int limit, int needed, int ahead)
            {
                await day.Pause((int)day.LongestDelay.TotalMilliseconds);
                if (day.world.Chance(day.Failing / 2)) throw new IOException("the call was lost");
                var grant = await day.actor.Grant(limit, needed, ahead);
                var end = (grant.Minute + 1) * 60;
                day.HighestLimit[end] = Math.Max(day.HighestLimit.GetValueOrDefault(end), limit);
                await day.Pause((int)day.LongestDelay.TotalMilliseconds);
                if (day.world.Chance(day.Failing / 2)) throw new IOException("the answer was lost");
                return grant;
            }
        }
    }

    /// <summary>A silo's clock: as fast as all others, and some way off.</summary>
    private sealed class SkewedTime(World world, TimeSpan off) : TimeProvider
    {
        public override long TimestampFrequency => world.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => world.GetUtcNow() + off;

        public override long GetTimestamp() => world.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            world.CreateTimer(callback, state, dueTime, period);
    }
}
