using System.Diagnostics;
using System.Security.Cryptography;
using static System.DateTime;
using Coin = System.Random;

namespace Signalbox.Architecture.Tests.Bans;

/// <summary>Everything that is banned, once each, so that the bans are known to bite.</summary>
internal static class Offences
{
    public static DateTime Now_by_using_static() => UtcNow;

    public static DateTime Local_time() => DateTime.Now;

    public static DateTime Local_day() => DateTime.Today;

    public static string Time_within_a_string() => $"{DateTimeOffset.UtcNow:O}";

    public static DateTimeOffset Local_time_with_offset() => DateTimeOffset.Now;

    public static Stopwatch Watch() => Stopwatch.StartNew();

    public static long Timestamp() => Stopwatch.GetTimestamp();

    public static long Ticks() => Environment.TickCount64;

    public static int Few_ticks() => Environment.TickCount;

    public static TimeProvider Machine_time() => TimeProvider.System;

    public static int Shared_chance() => Random.Shared.Next();

    public static int Chance_by_another_name()
    {
        Coin coin = new();
        return coin.Next();
    }

    public static Guid Id() => Guid.NewGuid();

    public static Guid Sorted_id() => Guid.CreateVersion7();

    public static byte[] Secret() => RandomNumberGenerator.GetBytes(16);

    public static void Sleep() => Thread.Sleep(1);

    public static Task On_the_pool() => Task.Run(() => { });

    public static Task Started() => Task.Factory.StartNew(() => { }, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default);

    public static void Queued() => ThreadPool.QueueUserWorkItem(_ => { });

    public static void In_parallel() => Parallel.For(0, 1, _ => { });

    public static async Task Anywhere(Task task) => await task.ConfigureAwait(false);

    public static async Task<int> Anywhere_with_a_result(Task<int> task) => await task.ConfigureAwait(false);

    public static async Task Anywhere_by_option(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public static object Timer() => new Timer(_ => { });

    public static object Periodic_timer() => new PeriodicTimer(TimeSpan.FromSeconds(1));

    public static Task Machine_delay() => Task.Delay(1);

    public static CancellationTokenSource Machine_timeout() => new(TimeSpan.FromSeconds(1));

    public static void Timeout_later(CancellationTokenSource source) => source.CancelAfter(1);

    public static async Task Semaphore()
    {
        using var gate = new SemaphoreSlim(1);
        await gate.WaitAsync();
    }

    public static Task First_of(Task one, Task other) => Task.WhenAny(one, other);

    public static Task Waited_for(Task<int> task, CancellationToken cancel) => task.WaitAsync(cancel);

    public static Task Continued(Task task) => task.ContinueWith(_ => { }, TaskScheduler.Default);

    public static Task Cancelled(CancellationTokenSource source) => source.CancelAsync();

    public static object Inline_waiters() => new TaskCompletionSource();

    public static object Inline_waiters_with_a_result() => new TaskCompletionSource<int>();

    public static object Circuit() => new Polly.ResiliencePipelineBuilder();
}

/// <summary>What Core may do, however much it looks like the opposite.</summary>
internal static class Innocents
{
    // DateTime.UtcNow, Task.Run, new Random(), ConfigureAwait(false) and Thread.Sleep are only spoken of here.
    public static string Words() => "DateTime.UtcNow Guid.NewGuid() new Timer( " + nameof(SemaphoreSlim) + """ Task.Run(() => Random.Shared) """;

    public static async Task Waits(TimeProvider time, CancellationToken stop)
    {
        await Task.Delay(TimeSpan.FromSeconds(1), time, stop);
        await Task.Delay(TimeSpan.FromSeconds(1), time, stop)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    public static DateTimeOffset Asks(TimeProvider time, Random random) => time.GetUtcNow() + TimeSpan.FromTicks(random.NextInt64(10));

    public static Task Completes()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stopping = new CancellationTokenSource();
        stopping.Cancel();
        source.SetResult();
        return source.Task;
    }
}
