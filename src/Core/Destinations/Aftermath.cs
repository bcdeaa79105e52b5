using Signalbox.Core.Ports;
using Signalbox.Core.Scheduling;

namespace Signalbox.Core.Destinations;

/// <summary>
/// What follows from a call's answer: events end, a batch is tried again or halved, its events are parked, or the whole destination stops. What concerns
/// the destination stops it and parks nothing; only an event's own fault parks it.
/// </summary>
internal sealed class Aftermath(RowKeeper rows, Random random, TimeProvider time)
{
    // After this many calls of one batch either the batch or the destination is at fault.
    private const int AttemptsAtOnce = 3;

    // So many single events refused in a row, with nothing delivered in between, say that the set-up is at fault and not the events.
    private const int RefusedInRowForSetUpFault = 2;

    private static readonly TimeSpan ParkedLife = TimeSpan.FromDays(30);

    private static readonly TimeSpan OthersFirst = TimeSpan.FromSeconds(1);

    // Longer than any call takes: a parked call that is in flight is not due meanwhile.
    private static readonly TimeSpan InFlightFor = TimeSpan.FromMinutes(2);

    private readonly Backoff againBackoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), random);
    private readonly Backoff stopBackoff = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5), random);
    private readonly Backoff parkedBackoff = new(TimeSpan.FromSeconds(30), TimeSpan.FromHours(1), random);
    private readonly long idPrefix = random.NextInt64();
    private long lastId;
    private long deliveredCalls;
    private int failuresInRow;
    private int refusedInRow;
    private int stopsInRow;

    /// <summary>Batches to be tried again by this activation, in the order in which they came back.</summary>
    public List<Batch> Again { get; } = [];

    /// <summary>Told when a call is parked, of when it is due.</summary>
    public required Action<DateTimeOffset> OnParked { get; init; }

    /// <summary>Takes out the first batch whose time has come, or as much of it as may be sent at once.</summary>
    /// <param name="next">When the next one's comes, if there is none now.</param>
    public Batch? TakeAgain(DateTimeOffset now, int most, out DateTimeOffset next)
    {
        next = DateTimeOffset.MaxValue;
        foreach (var batch in Again)
        {
            if (batch.NotBefore <= now)
            {
                Again.Remove(batch);
                if (batch.Events.Count <= most) return batch;
                Again.Insert(0, batch with { Events = batch.Events.Skip(most).ToList() });
                return batch with { Events = batch.Events.Take(most).ToList() };
            }
            if (batch.NotBefore < next) next = batch.NotBefore;
        }
        return null;
    }

    public async Task Settle(Destination destination, Batch batch, Receipt receipt)
    {
        switch (receipt.Verdict)
        {
            case Verdict.Delivered:
                Delivered();
                await End(batch, batch.Events, CallOutcome.Delivered, Log(batch, receipt, CallOutcome.Delivered));
                break;
            case Verdict.Partial partial:
                Delivered();
                await EndPartly(batch, receipt, partial);
                break;
            case Verdict.Refused refused:
                await Refused(destination, batch, receipt, refused.Reason);
                break;
            case Verdict.Retry retry:
                await Failed(destination, batch, receipt, retry.Reason);
                break;
            case Verdict.Throttled throttled:
                await Stop(destination, StopReason.Throttled, throttled.RetryAfter, receipt, batch, "the platform asked to slow down");
                break;
            case Verdict.CircuitOpen open:
                await Stop(destination, StopReason.CircuitOpen, open.RetryAfter, receipt, batch, "too many calls failed lately");
                break;
            case Verdict.Unauthorised unauthorised:
                await Stop(destination, StopReason.Unauthorised, TimeSpan.MaxValue, receipt, batch, unauthorised.Reason);
                break;
        }
    }

    /// <summary>Ends what cannot be sent.</summary>
    /// <returns>The rest of the batch.</returns>
    public async Task<Batch> End(IReadOnlyList<Unsendable> unsendable, Batch batch)
    {
        foreach (var alike in unsendable.GroupBy(one => (one.Outcome, one.Words)))
        {
            batch = await End(batch, alike.Select(one => one.Event).ToList(), alike.Key.Outcome, Log(SeqSet.Of(alike.Select(one => one.Event.Seq)), alike.Key.Outcome, alike.Key.Words));
        }
        return batch;
    }

    /// <summary>Ends events behind the cursor that grew too old without a call.</summary>
    public Task Expire(SeqSet seqs, string words)
    {
        if (seqs.IsEmpty) return Task.CompletedTask;
        return rows.Apply(new RowChange { Passed = seqs, Outcome = CallOutcome.Expired, Calls = [Log(seqs, CallOutcome.Expired, words)] });
    }

    /// <summary>Ends a parked call that has waited for a month.</summary>
    public async Task<bool> EndIfTooOld(ParkedCall call, DateTimeOffset now)
    {
        if (now - call.Since < ParkedLife) return false;
        await rows.Apply(new RowChange
        {
            From = call,
            Outcome = CallOutcome.Expired,
            Ended = call.Seqs.Count,
            Calls = [Log(call.Seqs, CallOutcome.Expired, $"parked for {ParkedLife.Days} days: {call.Reason}")],
        });
        return true;
    }

    /// <summary>Parks the two halves of what is too much for one call.</summary>
    public Task HalveParked(ParkedCall call) => rows.Apply(new RowChange { From = call, Park = [.. Halves(call)] });

    /// <summary>Says durably, before it is sent, that a parked call is under way; events that are nowhere any more end as expired.</summary>
    /// <returns>The call as it stands now; null when it is not ours to send any more, or nothing of it is left.</returns>
    public async Task<ParkedCall?> MarkInFlight(ParkedCall call, IReadOnlyList<QueuedEvent> events, DateTimeOffset now)
    {
        var found = SeqSet.Of(events.Select(e => e.Seq));
        var lost = call.Seqs.Except(found);
        var marked = call with { Seqs = found, InFlight = true, Due = now + InFlightFor };
        var change = new RowChange { From = call, Park = found.IsEmpty ? [] : [marked] };
        if (!lost.IsEmpty)
        {
            change = change with
            {
                Outcome = CallOutcome.Expired,
                Ended = lost.Count,
                Calls = [Log(lost, CallOutcome.Expired, "no longer in the journal")],
            };
        }
        return await rows.Apply(change) && !found.IsEmpty ? marked : null;
    }

    /// <summary>Gives back a batch that was not sent.</summary>
    public async Task PutBack(Batch batch)
    {
        if (batch.Parked is { } parked) await Park(batch, parked, time.GetUtcMilliseconds(), parked.Attempts, parked.Reason, null);
        else Again.Add(batch with { NotBefore = DateTimeOffset.MinValue });
    }

    /// <summary>Parks events that still wait, with a copy of themselves, because the journal is about to forget them.</summary>
    public async Task ParkWithCopy(IReadOnlyList<QueuedEvent> events)
    {
        const string reason = "waited for longer than the journal is kept";
        var seqs = SeqSet.Of(events.Select(e => e.Seq));
        var call = Log(seqs, CallOutcome.Parked, reason);
        var parked = new ParkedCall(call.Id, seqs, call.Time, 0, call.Time, reason, InFlight: false, ParkedEvents.Encode(events));
        await rows.Apply(new RowChange { Passed = seqs, Outcome = CallOutcome.Parked, Park = [parked], Calls = [call] });
        OnParked(call.Time);
    }

    public Task AddCopy(ParkedCall call, IReadOnlyList<QueuedEvent> events) =>
        rows.Apply(new RowChange { From = call, Park = [call with { Copy = ParkedEvents.Encode(events) }] });

    /// <summary>Keeps a batch whose sending met a bug for a later attempt; a parked call comes back by its due time.</summary>
    public void PutBackLater(Batch batch)
    {
        if (batch.Parked is null) Again.Add(batch with { NotBefore = time.GetUtcMilliseconds() + InFlightFor });
    }

    private void Delivered()
    {
        deliveredCalls++;
        failuresInRow = 0;
        refusedInRow = 0;
        stopsInRow = 0;
    }

    private async Task EndPartly(Batch batch, Receipt receipt, Verdict.Partial partial)
    {
        var rejected = partial.Rejected.GroupBy(pair => pair.Value, pair => batch.Events[pair.Key]).ToList();
        foreach (var alike in rejected)
        {
            var call = Log(batch, receipt, CallOutcome.Rejected) with { Seqs = SeqSet.Of(alike.Select(e => e.Seq)), Words = alike.Key };
            batch = await End(batch, alike.ToList(), CallOutcome.Rejected, call);
        }
        if (batch.Events.Count > 0) await End(batch, batch.Events, CallOutcome.Delivered, Log(batch, receipt, CallOutcome.Delivered));
    }

    /// <summary>
    /// A refused batch is halved until the culprit stands alone. A single event that is refused is at fault itself if others are
    /// taken; while nothing is taken it is parked, and a second one in a row stops the destination, so that a fault in the set-up rejects nothing.
    /// </summary>
    private async Task Refused(Destination destination, Batch batch, Receipt receipt, string reason)
    {
        if (batch.Events.Count > 1)
        {
            await Halve(batch, Log(batch, receipt, CallOutcome.Split));
            return;
        }
        refusedInRow++;
        if (deliveredCalls > 0 && refusedInRow <= RefusedInRowForSetUpFault)
        {
            await End(batch, batch.Events, CallOutcome.Rejected, Log(batch, receipt, CallOutcome.Rejected));
            return;
        }
        await Park(batch, receipt, reason);
        if (refusedInRow >= RefusedInRowForSetUpFault) await Stop(destination, StopReason.SetUpFault, null, receipt, null, reason);
    }

    private async Task Failed(Destination destination, Batch batch, Receipt receipt, string reason)
    {
        failuresInRow++;
        var attempts = batch.Attempts + 1;
        var deliveredBefore = batch.Attempts == 0 ? deliveredCalls : batch.DeliveredBefore;
        var isItsOwnFault = batch.Parked is null ? deliveredCalls > deliveredBefore : failuresInRow == 1;
        if (batch.Parked is null && (attempts < AttemptsAtOnce || !isItsOwnFault))
        {
            await Record(Log(batch, receipt, CallOutcome.Retried));
            var again = batch with { Attempts = attempts, DeliveredBefore = deliveredBefore };
            if (attempts < AttemptsAtOnce)
            {
                Again.Add(again with { NotBefore = time.GetUtcMilliseconds() + againBackoff.Delay(attempts) });
                return;
            }

            // Others go first when the destination is tried again: if they are delivered, this batch is at fault.
            var until = await Stop(destination, StopReason.Failing, null, receipt, null, reason);
            Again.Add(again with { NotBefore = until + destination.Limits.MaxDelay + OthersFirst });
            return;
        }
        await Park(batch, receipt, reason);
    }

    /// <summary>Parks a batch whose call failed by its own fault. More than one event are parked as two halves, so that in time the culprit stands alone.</summary>
    private async Task Park(Batch batch, Receipt receipt, string reason)
    {
        var attempts = batch.Attempts + 1;
        var due = time.GetUtcMilliseconds() + parkedBackoff.Delay(Math.Max(1, attempts - AttemptsAtOnce + 1));
        var call = Log(batch, receipt, CallOutcome.Parked);
        if (batch.Parked is { } parked) await Park(batch, parked, due, attempts, reason, call);
        else
        {
            await rows.Apply(new RowChange
            {
                Passed = batch.Seqs,
                Outcome = CallOutcome.Parked,
                Park = [.. Halves(new ParkedCall(call.Id, batch.Seqs, due, attempts, call.Time, reason, InFlight: false, Copy: default))],
                Calls = [call],
            });
            OnParked(due);
        }
    }

    private async Task Park(Batch batch, ParkedCall before, DateTimeOffset due, int attempts, string reason, LoggedCall? call)
    {
        var next = before with { Seqs = batch.Seqs, Due = due, Attempts = attempts, Reason = reason, InFlight = false };
        await rows.Apply(new RowChange { From = before, Park = call is null ? [next] : [.. Halves(next)], Calls = call is null ? [] : [call] });
        OnParked(due);
    }

    private async Task Halve(Batch batch, LoggedCall call)
    {
        if (batch.Parked is { } parked)
        {
            await Park(batch, parked, time.GetUtcMilliseconds(), parked.Attempts, parked.Reason, call);
            return;
        }
        await Record(call);
        var (first, second) = batch.Halve();
        Again.InsertRange(0, [first with { NotBefore = DateTimeOffset.MinValue }, second with { NotBefore = DateTimeOffset.MinValue }]);
    }

    private static IEnumerable<ParkedCall> Halves(ParkedCall call)
    {
        var count = (int)call.Seqs.Count;
        if (count == 1) return [call];
        var seqs = call.Seqs.Enumerate().ToList();
        return
        [
            call with { Id = $"{call.Id}a", Seqs = SeqSet.Of(seqs[..(count / 2)]) },
            call with { Id = $"{call.Id}b", Seqs = SeqSet.Of(seqs[(count / 2)..]) },
        ];
    }

    /// <param name="batch">Goes back to be sent later; null when it has been dealt with.</param>
    /// <returns>When the destination is tried again.</returns>
    private async Task<DateTimeOffset> Stop(Destination destination, StopReason reason, TimeSpan? wait, Receipt receipt, Batch? batch, string words)
    {
        stopsInRow++;
        var now = time.GetUtcMilliseconds();
        var until = wait == TimeSpan.MaxValue ? DateTimeOffset.MaxValue : now + (wait ?? stopBackoff.Delay(stopsInRow));
        var next = new Stop(reason, until, receipt.Verdict.Words ?? words, destination.CredentialsFingerprint);
        if (batch is not null) await PutBack(batch);
        await rows.Apply(new RowChange
        {
            Stop = stop => stop is not null && stop.Holds(destination, now) && stop.Until > next.Until ? stop : next,
            Calls = batch is null || receipt.Verdict is Verdict.CircuitOpen ? [] : [Log(batch, receipt, CallOutcome.Stopped)],
        });
        return until;
    }

    /// <summary>Ends some of a batch's events.</summary>
    /// <returns>The rest of the batch.</returns>
    private async Task<Batch> End(Batch batch, IReadOnlyList<QueuedEvent> events, CallOutcome outcome, LoggedCall call)
    {
        var rest = events.Count == batch.Events.Count ? [] : batch.Events.Except(events).ToList();
        Func<Stop?, Stop?>? stop = outcome == CallOutcome.Delivered && rows.Row!.Stop is not null ? EndStop : null;
        if (batch.Parked is not { } parked)
        {
            await rows.Apply(new RowChange { Passed = SeqSet.Of(events.Select(e => e.Seq)), Outcome = outcome, Calls = [call], Stop = stop });
            return batch with { Events = rest };
        }
        var left = parked with { Seqs = SeqSet.Of(rest.Select(e => e.Seq)) };
        await rows.Apply(new RowChange
        {
            From = parked, Outcome = outcome, Ended = events.Count, Park = rest.Count == 0 ? [] : [left], Calls = [call], Stop = stop,
        });
        return batch with { Events = rest, Parked = left };
    }

    private Stop? EndStop(Stop? stop) => stop is not null && stop.Until <= time.GetUtcNow() ? null : stop;

    private Task Record(LoggedCall call) => rows.Apply(new RowChange { Calls = [call] });

    private LoggedCall Log(Batch batch, Receipt receipt, CallOutcome outcome) => new(
        NewId(),
        receipt.StartedAt,
        receipt.Duration,
        batch.Seqs,
        outcome,
        (receipt.Answer as PlatformAnswer.Answered)?.Status,
        receipt.Verdict.Words ?? Reason(receipt.Verdict),
        batch.MaybeDuplicate);

    private LoggedCall Log(SeqSet seqs, CallOutcome outcome, string words) =>
        new(NewId(), time.GetUtcMilliseconds(), TimeSpan.Zero, seqs, outcome, null, words, MaybeDuplicate: false);

    private static string? Reason(Verdict verdict) => verdict switch
    {
        Verdict.Refused refused => refused.Reason,
        Verdict.Retry retry => retry.Reason,
        Verdict.Unauthorised unauthorised => unauthorised.Reason,
        _ => null,
    };

    private string NewId() => $"{idPrefix:x}-{++lastId}";
}
