using Signalbox.Core.Destinations;

namespace Signalbox.Core.Ports;

/// <summary>Destinations' rows, parked events and the delivery log. Reads throw <see cref="StoreUnavailableException"/>.</summary>
public interface IDestinationStore
{
    /// <summary>The destination's row; null for one that was never registered.</summary>
    Task<DestinationRow?> Read(DestinationKey key);

    /// <summary>Every row that is not closed, for the sweep.</summary>
    Task<IReadOnlyList<DestinationRow>> ReadOpen();

    /// <summary>Every row of a destination that was removed and still has events to cancel: closed, and its cursor short of <see cref="DestinationRow.Settled"/>.</summary>
    Task<IReadOnlyList<DestinationRow>> ReadUnsettled();

    /// <summary>All parts of the commit or none, if the stored row's version is <see cref="DestinationRow.Version"/> − 1 of the new one.</summary>
    Task<StoreOutcome> Commit(DestinationCommit commit);

    /// <summary>Parked calls that are due at <paramref name="now"/>, the longest due first; with <see cref="DateTimeOffset.MaxValue"/> all.</summary>
    Task<IReadOnlyList<ParkedCall>> ReadParked(DestinationKey key, DateTimeOffset now, int max);

    /// <summary>When the next parked call of the destination is due; null when none is parked.</summary>
    Task<DateTimeOffset?> NextParkedDue(DestinationKey key);

    /// <summary>The logged calls whose events include <paramref name="seq"/>, oldest first.</summary>
    Task<IReadOnlyList<LoggedCall>> ReadCalls(DestinationKey key, long seq);

    /// <summary>Forgets logged calls older than <paramref name="before"/>.</summary>
    Task DeleteCalls(DateTimeOffset before);
}

/// <summary>What changes together in one transaction.</summary>
/// <param name="Row">The row as it shall stand, its version one above the stored one's.</param>
/// <param name="Parked">Inserted, or replaced where the id is there already.</param>
/// <param name="Unparked">Ids of parked calls that are over.</param>
/// <param name="Calls">Inserted unless the id is there already.</param>
public sealed record DestinationCommit(
    DestinationRow Row,
    IReadOnlyList<ParkedCall> Parked,
    IReadOnlyList<string> Unparked,
    IReadOnlyList<LoggedCall> Calls);

/// <summary>A destination's state between calls.</summary>
/// <param name="Version">Counts commits; the guard of the compare-and-set.</param>
/// <param name="Cursor">Every event up to this seq is finished or parked.</param>
/// <param name="Done">Events beyond the cursor that are finished or parked.</param>
/// <param name="Claimed">Events up to this seq may have been sent: what is unfinished there after a takeover is a possible duplicate.</param>
/// <param name="LeaseOwner">The activation that may send; 0 for none.</param>
/// <param name="LeaseUntil">By the owner's wall clock. A taker does not trust it, but waits a lease's length by its own clock.</param>
/// <param name="Stop">Why nothing is sent; null when it runs.</param>
/// <param name="Closed">The destination was removed; its waiting events are cancelled.</param>
public sealed record DestinationRow(
    DestinationKey Key,
    long Version,
    long Cursor,
    SeqSet Done,
    long Claimed,
    long LeaseOwner,
    DateTimeOffset LeaseUntil,
    Stop? Stop,
    DeliveryCounts Counts,
    bool Closed)
{
    /// <summary>The cursor of a closed row with nothing left behind it.</summary>
    public const long Settled = long.MaxValue;

    /// <summary>A new destination's row: it starts behind <paramref name="head"/>, at what is accepted next.</summary>
    public static DestinationRow New(DestinationKey key, long head) =>
        new(key, 1, head, SeqSet.Empty, head, 0, DateTimeOffset.MinValue, null, default, false);
}

/// <summary>Why a whole destination waits.</summary>
/// <param name="Until">When it goes on; <see cref="DateTimeOffset.MaxValue"/> when only other settings help.</param>
/// <param name="Words">The platform's words or ours, scrubbed.</param>
/// <param name="CredentialsFingerprint">The settings with which it was stopped.</param>
public sealed record Stop(StopReason Reason, DateTimeOffset Until, string? Words, string CredentialsFingerprint)
{
    /// <summary>Whether it still holds: until its time, and refused credentials only while the settings are those that were refused.</summary>
    public bool Holds(Destination destination, DateTimeOffset now) =>
        now < Until && (Reason != StopReason.Unauthorised || CredentialsFingerprint == destination.CredentialsFingerprint);
}

/// <summary>The names are stored and shown; the numbers are written to disk.</summary>
public enum StopReason : byte
{
    Throttled = 1,
    CircuitOpen = 2,
    Unauthorised = 3,
    SetUpFault = 4,
    Failing = 5,

    /// <summary>It is no longer configured; until its time, events that are late are still cancelled.</summary>
    Removed = 6,
}

/// <summary>How many events of a destination ended which way; each is counted once, when it ends (I3). Parked ones are where they are now.</summary>
public readonly record struct DeliveryCounts(
    long Delivered, long Rejected, long Expired, long Parked, long Cancelled, long Erased, long ConsentDenied)
{
    public DeliveryCounts Plus(CallOutcome outcome, long count) => outcome switch
    {
        CallOutcome.Delivered => this with { Delivered = Delivered + count },
        CallOutcome.Rejected => this with { Rejected = Rejected + count },
        CallOutcome.Expired => this with { Expired = Expired + count },
        CallOutcome.Parked => this with { Parked = Parked + count },
        CallOutcome.Cancelled => this with { Cancelled = Cancelled + count },
        CallOutcome.ConsentDenied => this with { ConsentDenied = ConsentDenied + count },
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "not an end"),
    };
}

/// <summary>A call that failed by its own events' fault, to be tried again later.</summary>
/// <param name="Id">The logged call that parked it first.</param>
/// <param name="Due">When it is tried next.</param>
/// <param name="Attempts">Calls made so far.</param>
/// <param name="Since">When it was parked.</param>
/// <param name="InFlight">A call with these events may be under way: after a takeover they are possible duplicates.</param>
/// <param name="Copy">The events themselves in Core's own bytes, once the journal no longer holds them; empty before.</param>
public sealed record ParkedCall(
    string Id,
    SeqSet Seqs,
    DateTimeOffset Due,
    int Attempts,
    DateTimeOffset Since,
    string Reason,
    bool InFlight,
    ReadOnlyMemory<byte> Copy);

/// <summary>One row of the delivery log: what came of a call for some of its events, or of events that ended without a call.</summary>
/// <param name="Id">Unique in its destination.</param>
/// <param name="Duration">From the request's start to the answer; zero without a call.</param>
/// <param name="Status">The HTTP status; null without an answer.</param>
/// <param name="Words">The platform's words or ours, scrubbed; null when there is nothing to say.</param>
public sealed record LoggedCall(
    string Id,
    DateTimeOffset Time,
    TimeSpan Duration,
    SeqSet Seqs,
    CallOutcome Outcome,
    int? Status,
    string? Words,
    bool MaybeDuplicate);

/// <summary>What a logged call meant for its events. The numbers are written to disk.</summary>
public enum CallOutcome : byte
{
    Delivered = 1,
    Rejected = 2,
    Expired = 3,
    Retried = 4,
    Parked = 5,
    Stopped = 6,
    Split = 7,
    ConsentDenied = 8,
    Cancelled = 9,
}
