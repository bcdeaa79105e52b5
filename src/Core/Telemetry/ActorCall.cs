using System.Diagnostics.Metrics;

namespace Signalbox.Core.Telemetry;

/// <summary>Counts and times the calls to one method of the actors of one type. Every engine runs its actors' calls through it, so that the names are the same.</summary>
public sealed class ActorCall
{
    /// <summary>Whoever serves HTTP makes a meter of the same name for what it counts.</summary>
    public const string MeterName = "Signalbox";

    public static readonly ActorCall Accept = new("container", "accept");
    public static readonly ActorCall Merge = new("visitor", "merge");
    public static readonly ActorCall Wake = new("destination", "wake");
    public static readonly ActorCall Offer = new("destination", "offer");
    public static readonly ActorCall Preserve = new("destination", "preserve");
    public static readonly ActorCall Grant = new("workspace", "grant");

    private static readonly Histogram<double> Durations = new Meter(MeterName).CreateHistogram(
        "signalbox.actor.call.duration", "s", "Calls to actors, and how long they took.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    private readonly KeyValuePair<string, object?> actor;
    private readonly KeyValuePair<string, object?> call;

    private ActorCall(string actor, string call) => (this.actor, this.call) = (new("actor", actor), new("call", call));

    /// <param name="run">Calls the actor, on its scheduler.</param>
    public Task<T> Measure<T>(TimeProvider time, Func<Task<T>> run) => Durations.Enabled ? Timed(time, run) : run();

    /// <inheritdoc cref="Measure{T}"/>
    public Task Measure(TimeProvider time, Func<Task> run) => Durations.Enabled ? Timed(time, run) : run();

    private async Task<T> Timed<T>(TimeProvider time, Func<Task<T>> run)
    {
        var (started, outcome) = (time.GetTimestamp(), "failed");
        try
        {
            var result = await run();
            outcome = "ok";
            return result;
        }
        finally
        {
            Durations.Record(time.GetElapsedTime(started).TotalSeconds, actor, call, new("outcome", outcome));
        }
    }

    private Task Timed(TimeProvider time, Func<Task> run) => Timed(time, async () =>
    {
        await run();
        return true;
    });
}
