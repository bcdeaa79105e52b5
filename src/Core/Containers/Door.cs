using System.Collections.Concurrent;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;
using Signalbox.Core.Scheduling;
using Signalbox.Core.Telemetry;
using Signalbox.Core.Visitors;

namespace Signalbox.Core.Containers;

/// <summary>
/// What every dialect does with its parsed events: join the visitors, decide the routes, serialise, and have the container accept them.
/// Shared by all requests of a process.
/// </summary>
/// <param name="onLost">Told of calls to containers that failed with their effect unknown; the callers are told to come again.</param>
public sealed class Door(IActors actors, IVisitorStore visitors, TimeProvider time, Action<Exception> onLost)
{
    private readonly IActors actors = actors;

    /// <summary>Bytes of events that may be on their way to containers before callers are turned away.</summary>
    public const long MaxPendingBytes = 256 << 20;

    /// <summary>How long a caller waits before it is told to come again. Its events may be accepted all the same; the same ids then are duplicates.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<int, Collector<Handover>> containers = new();
    private long pendingBytes;

    /// <summary>Bytes of events on their way to containers now.</summary>
    public long PendingBytes => Interlocked.Read(ref pendingBytes);

    /// <summary>Accepts the events of one request, all of one container.</summary>
    /// <param name="cancel">Ends the wait, not the acceptance.</param>
    /// <returns>One answer per event, in order.</returns>
    public async Task<IReadOnlyList<DoorAnswer>> Accept(Container container, IReadOnlyList<ConversionEvent> events, CancellationToken cancel)
    {
        using var span = Traces.Door(container.Id, events);
        var answers = await AcceptAll(container, events, cancel);
        Traces.End(span, answers);
        return answers;
    }

    private async Task<IReadOnlyList<DoorAnswer>> AcceptAll(Container container, IReadOnlyList<ConversionEvent> events, CancellationToken cancel)
    {
        try
        {
            await Join(container, events);
        }
        catch (StoreUnavailableException)
        {
            return Unavailable(events.Count);
        }

        var prepared = new NewEvent[events.Count];
        for (var index = 0; index < prepared.Length; index++) prepared[index] = Prepare(container, events[index]);
        var handover = new Handover(prepared);
        if (Interlocked.Add(ref pendingBytes, handover.Bytes) > MaxPendingBytes)
        {
            Interlocked.Add(ref pendingBytes, -handover.Bytes);
            return Unavailable(events.Count);
        }
        var collector = containers.GetOrAdd(
            container.Number, static (number, door) => new(handovers => door.HandOver(door.actors.Container(number), handovers)), this);
        _ = collector.Add(handover);

        // Not Task.WaitAsync: it would go on outside the caller's scheduler.
        using var timer = time.CreateTimer(static handover => ((Handover)handover!).GiveUp(), handover, Patience, Timeout.InfiniteTimeSpan);
        using var registration = cancel.UnsafeRegister(static handover => ((Handover)handover!).GiveUp(), handover);
        var answers = await handover.Answered;
        if (answers.IsEmpty) return Unavailable(events.Count);
        var results = new DoorAnswer[prepared.Length];
        for (var index = 0; index < results.Length; index++) results[index] = new DoorAnswer(answers.Span[index], prepared[index].Header.Routes);
        return results;
    }

    /// <summary>Completes what is known of each event: the click's own fbc, the visitor's identifiers in the gaps (I5), the action source.</summary>
    private async Task Join(Container container, IReadOnlyList<ConversionEvent> events)
    {
        List<VisitorKey>? keys = null;
        foreach (var e in events)
        {
            if (e.Identifiers[Identifier.VisitorId] is { } id) (keys ??= []).Add(new VisitorKey(container.Number, id));
        }
        var rows = keys is null ? [] : await visitors.Read(keys);
        var next = 0;
        foreach (var e in events)
        {
            var row = e.Identifiers[Identifier.VisitorId] is null ? null : rows[next++];
            VisitorJoin.Complete(e, row is null ? null : VisitorRecord.FromBytes(row.Record));
        }
    }

    private static NewEvent Prepare(Container container, ConversionEvent e)
    {
        var digest = e.EventId is { } id ? EventIds.Digest(container.DigestKey, id) : 0;
        var header = new EventHeader(digest, e.EventId is not null, e.Time.ToUnixTimeMilliseconds(), Routing.Decide(container, e));
        return new NewEvent(header, EventCodec.Encode(e));
    }

    private async Task HandOver(IContainer container, IReadOnlyList<Handover> handovers)
    {
        try
        {
            var events = handovers.Count == 1 ? handovers[0].Events : handovers.SelectMany(handover => handover.Events).ToArray();
            var answers = (await container.Accept(events)).ToArray();
            var start = 0;
            foreach (var handover in handovers)
            {
                handover.Answer(answers.AsMemory(start, handover.Events.Length));
                start += handover.Events.Length;
            }
        }
        catch (Exception lost)
        {
            onLost(lost);
            foreach (var handover in handovers) handover.GiveUp();
        }
        finally
        {
            foreach (var handover in handovers) Interlocked.Add(ref pendingBytes, -handover.Bytes);
        }

        // Requests that have arrived by now are parsed first and go with the next call: under load that makes for fewer, larger commits.
        await Task.Yield();
    }

    private static IReadOnlyList<DoorAnswer> Unavailable(int count) =>
        Enumerable.Repeat(new DoorAnswer(new Acceptance(AcceptStatus.Unavailable, "", default), []), count).ToList();

    /// <summary>One request's events, one or more, on their way to the container.</summary>
    private sealed class Handover(NewEvent[] events)
    {
        private readonly TaskCompletionSource<ReadOnlyMemory<Acceptance>> answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public NewEvent[] Events => events;

        public long Bytes { get; } = events.Sum(e => (long)e.Bytes.Length);

        /// <summary>Empty when the caller is to come again.</summary>
        public Task<ReadOnlyMemory<Acceptance>> Answered => answered.Task;

        public void Answer(ReadOnlyMemory<Acceptance> answers) => answered.TrySetResult(answers);

        public void GiveUp() => answered.TrySetResult(default);
    }
}

/// <param name="Routes">The decision per destination, of this event even if it is a duplicate.</param>
public readonly record struct DoorAnswer(Acceptance Acceptance, IReadOnlyList<Route> Routes);
