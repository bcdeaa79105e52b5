using System.Diagnostics;
using Signalbox.Core.Containers;
using Signalbox.Core.Ports;
using Signalbox.Core.Scheduling;

namespace Signalbox.Core.Destinations;

/// <summary>
/// Delivers one destination's events: from the journal behind the cursor, and from what was parked, in batches, within the rate, with several
/// calls in flight. Runs as long as its activation.
/// </summary>
internal sealed class Pump
{
    private static readonly TimeSpan WhenStoreIsAway = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestStopped = TimeSpan.FromSeconds(30);

    // How far a batch may be ahead of the cursor: what is finished beyond it has to be remembered one by one.
    private const long MaxAhead = 100_000;

    // How many batches may wait to be tried again before no more new ones are tried.
    private const int MaxAgain = 32;
    private const int MaxBatchBytes = 4 << 20;
    private const int MaxParkedAtOnce = 16;
    private const int EventsPerCopy = 200;

    private readonly DestinationKey key;
    private readonly IConfigurationSource configuration;
    private readonly IDestinationStore store;
    private readonly IJournalStore journal;
    private readonly TimeProvider time;
    private readonly Action<Exception> onBug;
    private readonly RowKeeper rows;
    private readonly Lease lease;
    private readonly Intake intake;
    private readonly IBucketStore buckets;
    private readonly Courier courier;
    private readonly Aftermath aftermath;
    private readonly Signal signal;
    private readonly HashSet<string> parkedInFlight = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource givingUp = new();
    private Pacer? pacer;
    private (DateTimeOffset Before, TaskCompletionSource<bool> Done)? preserving;
    private bool hasEnded;
    private int inFlight;
    private DateTimeOffset nextParked = DateTimeOffset.MinValue;
    private DateTimeOffset nextMove = DateTimeOffset.MinValue;
    private DateTimeOffset nextExpiry = DateTimeOffset.MinValue;

    public Pump(DestinationKey key, Container container, DestinationPorts ports)
    {
        this.key = key;
        configuration = ports.Configuration;
        store = ports.Destinations;
        journal = ports.Journal;
        time = ports.Time;
        onBug = ports.OnBug;
        rows = new RowKeeper(key, store, time);
        lease = new Lease(ports.Random.NextInt64(1, long.MaxValue), rows, time);
        intake = new Intake(key, journal);
        buckets = ports.Buckets;
        courier = new Courier(key, container.Id, new EventIds(container.DigestKey), ports.Sender, time);
        aftermath = new Aftermath(rows, ports.Random, time) { OnParked = due => nextParked = due < nextParked ? due : nextParked };
        signal = new Signal(time);
    }

    /// <summary>Ends when <see cref="Stop"/> was called, or when the destination is gone.</summary>
    public async Task Run()
    {
        // It outlives whoever woke it.
        Activity.Current = null;
        while (!stopping.IsCancellationRequested)
        {
            var pause = await StepOrPause();
            if (pause is null) break;
            if (pause > TimeSpan.Zero || pause == Timeout.InfiniteTimeSpan) await signal.Wait(pause.Value);
        }
        hasEnded = true;
        preserving?.Done.TrySetResult(false);
    }

    /// <summary>There may be more to do: in the journal, among the parked, or because the configuration changed.</summary>
    public void Wake()
    {
        intake.Notice();
        nextParked = DateTimeOffset.MinValue;
        signal.Set();
    }

    public void Offer(JournalRecord record)
    {
        intake.Offer(record);
        signal.Set();
    }

    /// <inheritdoc cref="IDestination.Preserve"/>
    public async Task<bool> Preserve(DateTimeOffset before)
    {
        if (hasEnded) return false;
        preserving ??= (before, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        signal.Set();
        return await preserving.Value.Done.Task;
    }

    /// <summary>Starts nothing new, waits for calls in flight, gives them up after <paramref name="grace"/>, and gives the lease back.</summary>
    public async Task Stop(TimeSpan grace, Task run)
    {
        stopping.Cancel();
        signal.Set();
        await run;
        var started = time.GetTimestamp();
        while (inFlight > 0 && grace - time.GetElapsedTime(started) is { Ticks: > 0 } left) await signal.Wait(left);
        givingUp.Cancel();
        while (inFlight > 0) await signal.Wait(Timeout.InfiniteTimeSpan);
        await lease.Release();
    }

    private async Task<TimeSpan?> StepOrPause()
    {
        try
        {
            return await Step();
        }
        catch (StoreUnavailableException)
        {
            return WhenStoreIsAway;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Does the next thing there is to do.</summary>
    /// <returns>How long to wait for a signal before the next step; null when there will never be anything to do.</returns>
    private async Task<TimeSpan?> Step()
    {
        if (configuration.Current.FindContainer(key.Container)?.FindDestination(key.Number) is not { } destination) return null;
        if (rows.Row is null) await rows.Load();
        if (rows.Row is not { Closed: false } row) return null;
        if (preserving is { } request)
        {
            if (inFlight > 0) return Timeout.InfiniteTimeSpan;
            preserving = null;
            await PreserveNow(request.Before, request.Done);
        }
        if (!destination.Enabled) return Timeout.InfiniteTimeSpan;

        var now = time.GetUtcMilliseconds();
        if (row.Stop is { } stop && stop.Holds(destination, now))
        {
            await ExpireBehindStop(destination, now);
            return Earlier(stop.Until - now, LongestStopped);
        }
        if (inFlight >= destination.Limits.ParallelCalls) return Timeout.InfiniteTimeSpan;
        if (!lease.IsHeld)
        {
            // What this activation still has in flight belongs to its old lease, and would be read and sent again.
            if (inFlight > 0) return Timeout.InfiniteTimeSpan;
            return await TakeOver();
        }
        if (now >= nextParked && await ReadParked(destination, now) is { } parked) return await Launch(destination, parked);
        await intake.Fill();
        if (NextBatch(destination, now, out var pause) is { } batch) return await Launch(destination, batch);
        return Earlier(pause, await MoveOverSkipped(now));
    }

    private async Task<TimeSpan> TakeOver()
    {
        var previous = rows.Row!.LeaseOwner;
        var wait = await lease.Take();
        if (wait > TimeSpan.Zero) return wait;
        aftermath.Again.Clear();
        intake.Reset(rows.Row!, suspectUpTo: previous == 0 ? 0 : rows.Row!.Claimed);
        return TimeSpan.Zero;
    }

    private Batch? NextBatch(Destination destination, DateTimeOffset now, out TimeSpan pause)
    {
        var target = Pacer.Capacity(destination.Limits);
        pause = Until(nextParked, now);
        if (aftermath.TakeAgain(now, target, out var next) is { } again) return again;
        pause = Earlier(pause, Until(next, now));
        if (intake.Count == 0 || intake.First.Seq - rows.Row!.Cursor > MaxAhead) return null;
        if (aftermath.Again.Count >= MaxAgain) return null;
        var rest = intake.First.AcceptedAt + destination.Limits.MaxDelay - now;
        if (intake.Count < target && rest > TimeSpan.Zero)
        {
            pause = Earlier(pause, rest);
            return null;
        }
        var events = new List<QueuedEvent>();
        for (var bytes = 0; events.Count < target && intake.Count > 0 && bytes < MaxBatchBytes; bytes += events[^1].Bytes.Length)
        {
            events.Add(intake.Dequeue());
        }
        return new Batch(events);
    }

    /// <summary>Sends a batch once its tokens and its claim are there. What cannot be sent ends here.</summary>
    private async Task<TimeSpan> Launch(Destination destination, Batch batch)
    {
        var parcel = courier.Pack(destination, batch);
        if (parcel.Unsendable.Count > 0) parcel = parcel with { Batch = await aftermath.End(parcel.Unsendable, batch) };
        var isFlying = false;
        try
        {
            isFlying = parcel.Batch.Events.Count > 0 && await MayFly(destination, parcel.Batch);
        }
        finally
        {
            if (!isFlying)
            {
                if (parcel.Batch.Events.Count > 0 && !stopping.IsCancellationRequested) await aftermath.PutBack(parcel.Batch);
                Forget(parcel.Batch);
            }
        }
        if (isFlying)
        {
            inFlight++;
            _ = Fly(destination, parcel);
        }
        return TimeSpan.Zero;
    }

    private async Task<bool> MayFly(Destination destination, Batch batch)
    {
        var waiting = batch.Events.Count + intake.Count;
        if (!await lease.Renew(ClaimFor(batch, destination))) return false;

        // Nothing may come between the tokens and the call: tokens that are spent late are spent in somebody else's time.
        await PacerOf(destination).Take(batch.Events.Count, waiting, destination.Limits, stopping.Token);
        if (!lease.IsLive) return false;
        return rows.Row!.Stop is not { } stop || !stop.Holds(destination, time.GetUtcNow());
    }

    /// <summary>Other settings may name another account, with a quota of its own.</summary>
    private Pacer PacerOf(Destination destination)
    {
        if (pacer?.QuotaKey != destination.QuotaKey) pacer = new Pacer(destination.QuotaKey, buckets, time);
        return pacer;
    }

    /// <summary>Claims as far ahead as about a second's sending goes, so that not every call needs a commit of its own.</summary>
    private long ClaimFor(Batch batch, Destination destination)
    {
        if (batch.Parked is not null) return 0;
        return intake.Count == 0 ? batch.Events[^1].Seq : Math.Max(batch.Events[^1].Seq, intake.SeqAt((int)destination.Limits.EventsPerSecond));
    }

    private async Task Fly(Destination destination, Parcel parcel)
    {
        try
        {
            await aftermath.Settle(destination, parcel.Batch, await courier.Send(destination, parcel, givingUp.Token));
        }
        catch (OperationCanceledException) when (givingUp.IsCancellationRequested)
        {
            // The process ends: no attempt. Whoever takes over finds the events claimed.
        }
        catch (Exception bug)
        {
            onBug(bug);
            aftermath.PutBackLater(parcel.Batch);
        }
        finally
        {
            inFlight--;
            Forget(parcel.Batch);
            signal.Set();
        }
    }

    private void Forget(Batch batch)
    {
        if (batch.Parked is null) return;
        parkedInFlight.Remove(batch.Parked.Id);
        nextParked = DateTimeOffset.MinValue;
    }

    /// <summary>The events of the parked call that is due first, marked as in flight; null when none is due.</summary>
    private async Task<Batch?> ReadParked(Destination destination, DateTimeOffset now)
    {
        var due = await store.ReadParked(key, now, MaxParkedAtOnce + parkedInFlight.Count);
        if (due.FirstOrDefault(call => !parkedInFlight.Contains(call.Id)) is not { } call)
        {
            nextParked = await store.NextParkedDue(key) ?? DateTimeOffset.MaxValue;
            if (nextParked <= now) nextParked = now + WhenStoreIsAway;
            return null;
        }
        if (await aftermath.EndIfTooOld(call, now)) return null;
        if (call.Seqs.Count > Pacer.Capacity(destination.Limits))
        {
            // The limits were higher when it was parked, or it was parked to survive the journal.
            await aftermath.HalveParked(call);
            return null;
        }
        var events = await ParkedEvents.Load(journal, key.Container, call);
        if (await aftermath.MarkInFlight(call, events, now) is not { } marked) return null;
        parkedInFlight.Add(call.Id);
        return new Batch(events, marked, marked.Attempts);
    }

    /// <summary>Moves the cursor over what was not for this destination, a second's worth at a time.</summary>
    /// <returns>How long to wait until there is more to move over.</returns>
    private async Task<TimeSpan> MoveOverSkipped(DateTimeOffset now)
    {
        if (intake.Skipped.IsEmpty) return Timeout.InfiniteTimeSpan;
        if (now < nextMove) return nextMove - now;
        nextMove = now + TimeSpan.FromSeconds(1);
        await rows.Apply(new RowChange { Passed = intake.TakeSkipped() });
        return Timeout.InfiniteTimeSpan;
    }

    /// <summary>Parks what waits with a copy of itself, and gives a copy to what is parked. Nothing is in flight, so nothing is sent meanwhile.</summary>
    private async Task PreserveNow(DateTimeOffset before, TaskCompletionSource<bool> done)
    {
        var isDone = false;
        try
        {
            var waiting = await Backlog.AcceptedBefore(journal, rows.Row!, before);
            foreach (var events in waiting.Chunk(EventsPerCopy)) await aftermath.ParkWithCopy(events);
            foreach (var call in await store.ReadParked(key, DateTimeOffset.MaxValue, int.MaxValue))
            {
                if (call.Copy.IsEmpty) await aftermath.AddCopy(call, await ParkedEvents.Load(journal, key.Container, call));
            }
            if (waiting.Count > 0)
            {
                aftermath.Again.Clear();
                intake.Reset(rows.Row!, suspectUpTo: rows.Row!.Claimed);
            }
            isDone = true;
        }
        finally
        {
            done.TrySetResult(isDone);
        }
    }

    /// <summary>Ends events that grow too old while nothing is sent.</summary>
    private async Task ExpireBehindStop(Destination destination, DateTimeOffset now)
    {
        if (destination.Platform.Rules.MaxAge is not { } maxAge || now < nextExpiry || inFlight > 0) return;
        nextExpiry = now + TimeSpan.FromMinutes(1);
        await aftermath.Expire(await Backlog.Older(journal, rows.Row!, now - maxAge), $"grew too old while the destination was stopped");
    }

    private static TimeSpan Until(DateTimeOffset then, DateTimeOffset now)
    {
        if (then == DateTimeOffset.MaxValue) return Timeout.InfiniteTimeSpan;
        return then > now ? then - now : TimeSpan.FromMilliseconds(1);
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other)
    {
        if (one == Timeout.InfiniteTimeSpan) return other;
        return other == Timeout.InfiniteTimeSpan || one < other ? one : other;
    }
}
