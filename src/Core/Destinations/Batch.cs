using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>An accepted event that waits for its delivery.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Bytes">What <see cref="Events.EventCodec"/> made.</param>
/// <param name="MaybeDuplicate">A call with it may have been under way when another activation ended.</param>
internal sealed record QueuedEvent(long Seq, DateTimeOffset AcceptedAt, DateTimeOffset Time, ReadOnlyMemory<byte> Bytes, bool MaybeDuplicate);

/// <summary>Events that are sent, and if need be sent again, together.</summary>
/// <param name="Parked">The parked call that these events come from; null for events behind the cursor.</param>
/// <param name="Attempts">Calls made so far.</param>
/// <param name="NotBefore">When the next may be made.</param>
/// <param name="DeliveredBefore">How many calls of the destination had been delivered when this batch failed first.</param>
internal sealed record Batch(
    IReadOnlyList<QueuedEvent> Events, ParkedCall? Parked = null, int Attempts = 0, DateTimeOffset NotBefore = default, long DeliveredBefore = 0)
{
    public SeqSet Seqs => SeqSet.Of(Events.Select(e => e.Seq));

    public bool MaybeDuplicate => Events.Any(e => e.MaybeDuplicate);

    /// <summary>The same events as two batches.</summary>
    public (Batch First, Batch Second) Halve()
    {
        var middle = Events.Count / 2;
        return (this with { Events = Events.Take(middle).ToList() }, this with { Events = Events.Skip(middle).ToList() });
    }
}
