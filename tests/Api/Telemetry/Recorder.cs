using System.Collections.Concurrent;
using System.Diagnostics;
using Signalbox.Core.Telemetry;

namespace Signalbox.Api.Tests.Telemetry;

/// <summary>Keeps the spans of the traces that its callers record, and of no others: hosts of other tests run in the same process.</summary>
internal sealed class Recorder : IDisposable
{
    private readonly ConcurrentQueue<Activity> ended = new();
    private readonly ActivityListener listener;

    public Recorder()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Traces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    /// <summary>A caller's span that nobody has used before.</summary>
    public static ActivityContext NewCaller(bool isRecorded = true) => new(
        ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), isRecorded ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None);

    /// <summary>The caller's span as the header that its requests bear.</summary>
    public static string TraceParent(ActivityContext caller) => $"00-{caller.TraceId}-{caller.SpanId}-{(byte)caller.TraceFlags:x2}";

    /// <summary>What has ended of a trace, in the order of its beginning.</summary>
    public IReadOnlyList<Activity> Of(ActivityContext caller) =>
        [.. ended.Where(span => span.TraceId == caller.TraceId).OrderBy(span => span.StartTimeUtc)];

    public void Dispose() => listener.Dispose();
}
