using System.Buffers;
using System.Diagnostics;
using Signalbox.Core.Containers;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;
using Signalbox.Core.Scheduling;
using Signalbox.Core.Telemetry;

namespace Signalbox.Core.Destinations;

/// <summary>An event that will not be sent, and why.</summary>
internal readonly record struct Unsendable(QueuedEvent Event, CallOutcome Outcome, string Words);

/// <summary>A batch ready to be sent.</summary>
/// <param name="Batch">Without what cannot be sent.</param>
/// <param name="Fragments">One per event.</param>
/// <param name="CallId">The same for every attempt at the same events, and never telling how many events there were.</param>
internal sealed record Parcel(Batch Batch, IReadOnlyList<ReadOnlyMemory<byte>> Fragments, string CallId, IReadOnlyList<Unsendable> Unsendable)
{
    /// <summary>The spans that the events carry; none by default.</summary>
    public IEnumerable<ActivityContext> Traces => Batch.Events.Select(e => EventCodec.TraceOf(e.Bytes.Span));
}

/// <summary>What came of sending a parcel.</summary>
internal sealed record Receipt(PlatformAnswer Answer, Verdict Verdict, DateTimeOffset StartedAt, TimeSpan Duration);

/// <summary>Turns batches into calls: encodes, sends, and reads the answers.</summary>
internal sealed class Courier(DestinationKey key, string container, EventIds ids, ISender sender, TimeProvider time)
{
    public Parcel Pack(Destination destination, Batch batch)
    {
        var now = time.GetUtcNow();
        var sendable = new List<QueuedEvent>(batch.Events.Count);
        var unsendable = new List<Unsendable>();
        var ends = new List<int>(batch.Events.Count);
        var buffer = new ArrayBufferWriter<byte>(batch.Events.Count * 1024);
        var callId = "";
        foreach (var queued in batch.Events)
        {
            var start = buffer.WrittenCount;
            if (Encode(destination, queued, now, buffer) is { } refusal)
            {
                unsendable.Add(refusal);
                Truncate(ref buffer, start);
                continue;
            }
            if (sendable.Count == 0) callId = ids.Make(queued.Seq);
            sendable.Add(queued);
            ends.Add(buffer.WrittenCount);
        }
        if (sendable.Count > 1) callId = $"{callId}_{sendable.Count}";
        var fragments = ends.Select((end, index) => buffer.WrittenMemory[(index == 0 ? 0 : ends[index - 1])..end]).ToList();
        return new Parcel(batch with { Events = sendable }, fragments, callId, unsendable);
    }

    /// <exception cref="OperationCanceledException">The call was given up because the process ends: no attempt.</exception>
    public async Task<Receipt> Send(Destination destination, Parcel parcel, CancellationToken cancel)
    {
        using var span = Traces.Deliver(container, destination, parcel);
        var startedAt = time.GetUtcMilliseconds();
        var started = time.GetTimestamp();
        var platform = destination.Platform;
        var request = platform.Compose(parcel.Fragments, destination.Settings, parcel.CallId, startedAt);
        var answer = await sender.Send(key.ToString(), request, platform.Rules.CallTimeout, cancel);
        var verdict = Judge(platform, answer, parcel.Fragments.Count);
        Traces.End(span, answer, verdict);
        return new Receipt(answer, verdict, startedAt, time.GetElapsedTime(started));
    }

    /// <summary>What no platform has a say in is judged here, the rest by the platform.</summary>
    private static Verdict Judge(IPlatform platform, PlatformAnswer answer, int count) => answer switch
    {
        PlatformAnswer.CircuitOpen open => new Verdict.CircuitOpen(open.RetryAfter),
        PlatformAnswer.Forbidden forbidden => new Verdict.Unauthorised(forbidden.Reason),
        PlatformAnswer.NoAnswer none => new Verdict.Retry(none.Reason),
        PlatformAnswer.Answered answered => platform.Judge(answered, count),
        _ => throw new ArgumentOutOfRangeException(nameof(answer)),
    };

    private Unsendable? Encode(Destination destination, QueuedEvent queued, DateTimeOffset now, ArrayBufferWriter<byte> buffer)
    {
        if (destination.Platform.Rules.MaxAge is { } maxAge && now - queued.Time >= maxAge)
        {
            return new Unsendable(queued, CallOutcome.Expired, $"happened more than {Describe(maxAge)} ago, which {destination.Platform.Name} no longer takes");
        }
        try
        {
            var e = EventCodec.Decode(queued.Bytes);
            if (!Routing.HasConsent(destination, e)) return new Unsendable(queued, CallOutcome.ConsentDenied, "consent is required by now");
            var id = e.EventId ?? ids.Make(queued.Seq);
            var refusal = destination.Platform.Encode(new OutgoingEvent(id, queued.Seq, queued.AcceptedAt, e), destination.Settings, buffer);
            return refusal is null ? null : new Unsendable(queued, CallOutcome.Rejected, refusal);
        }
        catch (Exception bug)
        {
            // One event that an encoder cannot deal with must not stop the others (I7).
            return new Unsendable(queued, CallOutcome.Rejected, $"could not be encoded: {bug.GetType().Name}");
        }
    }

    private static void Truncate(ref ArrayBufferWriter<byte> buffer, int length)
    {
        if (buffer.WrittenCount == length) return;
        var kept = new ArrayBufferWriter<byte>(buffer.Capacity);
        kept.Write(buffer.WrittenSpan[..length]);
        buffer = kept;
    }

    private static string Describe(TimeSpan age) => age.TotalDays >= 1 ? $"{Math.Ceiling(age.TotalDays)} days" : $"{Math.Ceiling(age.TotalHours)} hours";
}
