using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>The next version of a destination's row while changes are applied to it.</summary>
/// <param name="parked">What is parked as just read, when another activation may have changed it; null when it cannot have.</param>
internal sealed class RowDraft(DestinationRow stored, Dictionary<string, ParkedCall>? parked)
{
    private readonly List<ParkedCall> park = [];
    private readonly List<string> unpark = [];
    private readonly List<LoggedCall> calls = [];

    public DestinationRow Row { get; private set; } = stored with { Version = stored.Version + 1 };

    public DestinationCommit ToCommit() => new(Row, park, unpark, calls);

    /// <returns>False when the row does not allow the change; it then changes nothing but the delivery log.</returns>
    public bool Apply(RowChange change)
    {
        calls.AddRange(change.Calls);
        if (change.Lease is not null)
        {
            if (change.Lease(Row) is not { } leased) return false;
            Row = leased;
        }
        if (change.Stop is not null) Row = Row with { Stop = change.Stop(Row.Stop) };
        if (change.From is not null) return ApplyParked(change.From, change);
        Pass(change);
        return true;
    }

    private void Pass(RowChange change)
    {
        // What another activation has passed already was counted there.
        var passed = change.Passed.Above(Row.Cursor).Except(Row.Done);
        if (change.Outcome is { } outcome) Row = Row with { Counts = Row.Counts.Plus(outcome, passed.Count) };
        foreach (var call in change.Park)
        {
            var seqs = call.Seqs.Except(call.Seqs.Except(passed));
            if (!seqs.IsEmpty) park.Add(call with { Seqs = seqs });
        }
        var done = Row.Done.Union(passed);
        var cursor = !done.IsEmpty && done.First == Row.Cursor + 1 ? done.Ranges[0].Last : Row.Cursor;
        Row = Row with { Cursor = cursor, Done = done.Above(cursor) };
    }

    private bool ApplyParked(ParkedCall from, RowChange change)
    {
        if (parked is not null && (!parked.TryGetValue(from.Id, out var now) || !SameState(now, from))) return false;
        if (change.Outcome is { } outcome)
        {
            Row = Row with { Counts = Row.Counts.Plus(outcome, change.Ended).Plus(CallOutcome.Parked, -change.Ended) };
        }
        if (change.Park.All(call => call.Id != from.Id)) unpark.Add(from.Id);
        park.AddRange(change.Park);
        return true;
    }

    private static bool SameState(ParkedCall now, ParkedCall then) =>
        now.Attempts == then.Attempts && now.InFlight == then.InFlight && now.Seqs.Equals(then.Seqs) && now.Copy.Length == then.Copy.Length;
}
