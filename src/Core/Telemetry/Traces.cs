using System.Diagnostics;
using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;

namespace Signalbox.Core.Telemetry;

/// <summary>
/// The spans of an event's way: request, door, container, journal, destination. An event whose request is recorded carries its door's span along,
/// into batches, other processes and later days; where several meet, the first one's trace goes on and the others are linked. Nothing in a span
/// comes from a caller: names are the configuration's, ids Signalbox's own. While nobody listens, a span is null and costs a look at a field.
/// </summary>
public static class Traces
{
    public const string SourceName = "Signalbox";

    // A batch may be a thousand events; a span that links to all of them helps nobody.
    private const int MaxLinks = 32;

    private const string Container = "signalbox.container";
    private const string Events = "signalbox.events";
    private const string FirstSeq = "signalbox.first_seq";
    private const string Outcome = "signalbox.outcome";
    private const string Status = "http.response.status_code";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Whether anybody wants spans.</summary>
    public static bool AreOn => Source.HasListeners();

    /// <summary>An HTTP request.</summary>
    /// <param name="route">The path's pattern, not the path, which may hold ids of callers.</param>
    /// <param name="caller">The caller's own span; none by default.</param>
    public static Activity? Request(string method, string route, ActivityContext caller) =>
        Source.StartActivity($"{method} {route}", ActivityKind.Server, caller)?.SetTag("http.request.method", method).SetTag("http.route", route);

    public static void End(Activity? request, int status)
    {
        request?.SetTag(Status, status);
        if (status >= 500) request?.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>A request's events, until they are durable. They carry this span from here on.</summary>
    internal static Activity? Door(string container, IReadOnlyList<ConversionEvent> events)
    {
        var span = Source.StartActivity("door")?.SetTag(Container, container).SetTag(Events, events.Count);
        if (span is not { Recorded: true }) return span;
        foreach (var e in events) e.Trace = span.Context;
        return span;
    }

    internal static void End(Activity? door, IReadOnlyList<DoorAnswer> answers)
    {
        if (door is null) return;
        if (answers is [var only]) door.SetTag("signalbox.event", only.Acceptance.Id).SetTag(Outcome, WordOf(only.Acceptance.Status));
        if (answers.Any(answer => answer.Acceptance.Status == AcceptStatus.Unavailable)) door.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>A call to a container, with the events of one or more requests.</summary>
    internal static Activity? Accept(string container, IReadOnlyList<NewEvent> events) => !AreOn ? null
        : Follow("container accept", ActivityKind.Internal, events.Select(e => EventCodec.TraceOf(e.Bytes.Span)))?.SetTag(Container, container).SetTag(Events, events.Count);

    /// <summary>A record on its way into the journal, with the events of one or more calls.</summary>
    internal static Activity? Append(string container, IReadOnlyList<Submission.Entry> entries) => !AreOn ? null
        : Follow("journal append", ActivityKind.Internal, entries.Select(entry => entry.Trace))?.SetTag(Container, container).SetTag(Events, entries.Count);

    internal static void End(Activity? append, JournalRecord committed) => append?.SetTag(FirstSeq, committed.FirstSeq);

    /// <summary>A call to a platform.</summary>
    internal static Activity? Deliver(string container, Destination destination, Parcel parcel) => !AreOn ? null
        : Follow("deliver", ActivityKind.Client, parcel.Traces)
            ?.SetTag(Container, container).SetTag("signalbox.destination", destination.Id).SetTag("signalbox.platform", destination.Platform.Name)
            .SetTag(Events, parcel.Batch.Events.Count).SetTag(FirstSeq, parcel.Batch.Events[0].Seq).SetTag("signalbox.attempt", parcel.Batch.Attempts + 1);

    internal static void End(Activity? call, PlatformAnswer answer, Verdict verdict)
    {
        if (call is null) return;
        if (answer is PlatformAnswer.Answered answered) call.SetTag(Status, answered.Status);
        call.SetTag(Outcome, WordOf(verdict));
        if (verdict is not Verdict.Delivered) call.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>A span that goes on with the first trace and links to the others.</summary>
    /// <returns>Null when none of the events is recorded.</returns>
    private static Activity? Follow(string name, ActivityKind kind, IEnumerable<ActivityContext> traces)
    {
        // One request's events share a span.
        var different = traces.Where(trace => trace != default).Distinct().Take(1 + MaxLinks).ToList();
        return different.Count == 0 ? null : Source.StartActivity(name, kind, different[0], links: different.Skip(1).Select(trace => new ActivityLink(trace)));
    }

    private static string WordOf(AcceptStatus status) => status switch
    {
        AcceptStatus.Accepted => "accepted",
        AcceptStatus.Duplicate => "duplicate",
        _ => "unavailable",
    };

    private static string WordOf(Verdict verdict) => verdict switch
    {
        Verdict.Delivered => "delivered",
        Verdict.Partial => "partial",
        Verdict.Refused => "refused",
        Verdict.Throttled => "throttled",
        Verdict.CircuitOpen => "circuit_open",
        Verdict.Unauthorised => "unauthorised",
        _ => "retry",
    };
}
