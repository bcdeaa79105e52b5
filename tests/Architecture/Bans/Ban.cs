using System.Diagnostics;
using System.Security.Cryptography;

namespace Signalbox.Architecture.Tests.Bans;

/// <summary>What Core must not use, since it leaves the activation's scheduler, or the simulator's clock and chance.</summary>
/// <param name="Instead">What to use.</param>
internal sealed record Ban(Func<Call, bool> Is, string Why, string Instead)
{
    private const string OwnTime = "the simulator has a time of its own";
    private const string OwnChance = "a seed has to give the same run again";
    private const string OwnScheduler = "what goes on outside the activation's scheduler runs beside the actor";

    public static IReadOnlyList<Ban> InCore { get; } =
    [
        new(call => call.Is(typeof(DateTime), "Now", "UtcNow", "Today") || call.Is(typeof(DateTimeOffset), "Now", "UtcNow"),
            OwnTime, "GetUtcNow() of the TimeProvider in the constructor"),
        new(call => call.Is(typeof(Stopwatch)) || call.Is(typeof(Environment), "TickCount", "TickCount64"),
            OwnTime, "GetTimestamp() and GetElapsedTime() of the TimeProvider in the constructor"),
        new(call => call.Is(typeof(TimeProvider), "System"),
            OwnTime, "the TimeProvider in the constructor"),
        new(call => call.Is(typeof(Random), "Shared", "new") || call.Is(typeof(Guid), "NewGuid", "CreateVersion7") || call.Is(typeof(RandomNumberGenerator)),
            OwnChance, "the Random in the constructor; what must be secret comes from outside as an argument"),
        new(call => call.Is(typeof(Thread)),
            "an actor has no thread", "await Task.Delay(…, time)"),
        new(call => call.Is(typeof(Task), "Run") || call.Is(typeof(TaskFactory)) || call.Is(typeof(ThreadPool)) || call.Is(typeof(Parallel)),
            OwnScheduler, "an async method that is called and not awaited: _ = Run()"),
        new(call => call.Is(typeof(Task), "ConfigureAwait") && !call.EndsWithFlag((int)ConfigureAwaitOptions.ContinueOnCapturedContext),
            OwnScheduler, "await without it, or with ConfigureAwaitOptions.ContinueOnCapturedContext"),
        new(call => call.Is(typeof(Timer)) || call.Is(typeof(PeriodicTimer)) || call.Is(typeof(System.Timers.Timer)),
            OwnTime, "Scheduling.Signal, or CreateTimer() of the TimeProvider in the constructor"),
        new(call => (call.Is(typeof(Task), "Delay") && !call.Takes<TimeProvider>())
                || (call.Is(typeof(CancellationTokenSource), "new") && call.Member.GetParameters().Length > 0 && !call.Takes<TimeProvider>())
                || call.Is(typeof(CancellationTokenSource), "CancelAfter"),
            OwnTime, "Task.Delay(…, time) or new CancellationTokenSource(…, time), with the TimeProvider in the constructor"),
        new(call => call.Is(typeof(SemaphoreSlim)),
            OwnScheduler, "Scheduling.Collector (one open write, the next collects), or Scheduling.Signal"),
        new(call => call.Is(typeof(Task), "WhenAny", "WhenEach", "WaitAsync", "ContinueWith"),
            OwnScheduler, "await, with Scheduling.Signal or a timer that completes a TaskCompletionSource"),
        new(call => call.Is(typeof(CancellationTokenSource), "CancelAsync"),
            OwnScheduler, "Cancel()"),
        new(call => IsCompletionSource(call) && !(call.Takes<TaskCreationOptions>() && call.EndsWithFlag((int)TaskCreationOptions.RunContinuationsAsynchronously)),
            "whoever completes it would run its waiters in the middle of a method", "TaskCreationOptions.RunContinuationsAsynchronously"),
        new(call => call.Member.DeclaringType!.Assembly.GetName().Name!.StartsWith("Polly", StringComparison.Ordinal),
            OwnScheduler, "Scheduling.Backoff; timeouts and circuits belong to the sender in src/Platforms/Http"),
    ];

    /// <summary>What is said of each call that a ban forbids.</summary>
    public static IEnumerable<string> Breaches(IEnumerable<Call> calls) =>
        (from call in calls
         from ban in InCore
         where ban.Is(call)
         select $"{call}: {ban.Why}. Use {ban.Instead}.").Distinct();

    private static bool IsCompletionSource(Call call) =>
        call.Is(typeof(TaskCompletionSource), "new")
        || (call.Member is { IsConstructor: true, DeclaringType: { IsGenericType: true } type } && type.GetGenericTypeDefinition() == typeof(TaskCompletionSource<>));
}
