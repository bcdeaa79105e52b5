using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>What one step of delivering changes in the destination's row and beside it. Parts that are not set change nothing.</summary>
internal sealed record RowChange
{
    /// <summary>Events that the cursor need not wait for any more: ended, parked or none of this destination's.</summary>
    public SeqSet Passed { get; init; } = SeqSet.Empty;

    /// <summary>How the <see cref="Passed"/> events ended, each counted once; null when they were none of this destination's.</summary>
    public CallOutcome? Outcome { get; init; }

    /// <summary>The parked call whose events these are, as it was read: they passed the cursor when they were parked.</summary>
    public ParkedCall? From { get; init; }

    /// <summary>How many of <see cref="From"/>'s events ended by <see cref="Outcome"/>.</summary>
    public long Ended { get; init; }

    /// <summary>What is parked from now on; of <see cref="From"/>'s events those that did not end.</summary>
    public IReadOnlyList<ParkedCall> Park { get; init; } = [];

    /// <summary>For the delivery log.</summary>
    public IReadOnlyList<LoggedCall> Calls { get; init; } = [];

    /// <summary>Changes the reason to wait.</summary>
    public Func<Stop?, Stop?>? Stop { get; init; }

    /// <summary>Changes lease and claim; returns null when the row as it stands now does not allow it.</summary>
    public Func<DestinationRow, DestinationRow?>? Lease { get; init; }
}
