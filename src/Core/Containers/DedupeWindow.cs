namespace Signalbox.Core.Containers;

/// <summary>
/// The event ids that a container accepted lately, as 64-bit digests with their seqs, in twelve buckets of time that fall away whole. It
/// may forget up to a twelfth of the window late and meet equal digests of different ids: a hit is a hint, to be verified in the journal.
/// </summary>
public sealed class DedupeWindow(TimeSpan length)
{
    private const int Buckets = 12;
    private readonly TimeSpan bucketLength = length / Buckets;

    // Ascending by time; times never run backwards in a container.
    private readonly List<(long Slot, DigestTable Table)> buckets = [];

    public TimeSpan Length => length;

    public long Count => buckets.Sum(bucket => bucket.Table.Count);

    /// <summary>Bytes held, 24 a key at the most once there are some thousands.</summary>
    public long Bytes => buckets.Sum(bucket => bucket.Table.Bytes);

    /// <param name="time">When the event was accepted; not before that of the last call.</param>
    public void Add(UInt128 digest, long seq, DateTimeOffset time)
    {
        var slot = SlotOf(time);
        if (buckets.Count == 0 || buckets[^1].Slot < slot)
        {
            buckets.Add((slot, new DigestTable()));
            buckets.RemoveAll(bucket => bucket.Slot < slot - Buckets);
        }
        buckets[^1].Table.Add(Short(digest), seq);
    }

    /// <summary>The seqs of events whose id may be the one digested, or null when there are none.</summary>
    public List<long>? Find(UInt128 digest)
    {
        List<long>? found = null;
        foreach (var (_, table) in buckets) table.Find(Short(digest), ref found);
        return found;
    }

    private static ulong Short(UInt128 digest) => (ulong)digest;

    private long SlotOf(DateTimeOffset time) => time.UtcTicks / bucketLength.Ticks;
}
