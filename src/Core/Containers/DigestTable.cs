namespace Signalbox.Core.Containers;

/// <summary>
/// Digests with their seqs, 16 bytes an entry in open addressing. Equal digests stand beside each other. Split into segments by the digest's
/// upper bits, each growing by a quarter when it is 85 % full: so a key costs 19 to 24 bytes, and growing moves a 64th of the table at a time.
/// </summary>
public sealed class DigestTable
{
    private const int SegmentBits = 6;
    private readonly Segment[] segments = new Segment[1 << SegmentBits];

    public long Count { get; private set; }

    /// <summary>Bytes held by the entries' arrays.</summary>
    public long Bytes => segments.Sum(segment => (long)segment.Capacity * 16);

    /// <param name="seq">Above zero.</param>
    public void Add(ulong digest, long seq)
    {
        segments[digest >> (64 - SegmentBits)].Add(digest, seq);
        Count++;
    }

    /// <summary>Adds the seqs of all entries with this digest to <paramref name="found"/>, creating it when there is one.</summary>
    public void Find(ulong digest, ref List<long>? found) => segments[digest >> (64 - SegmentBits)].Find(digest, ref found);

    private struct Segment
    {
        private const int FirstCapacity = 5;
        private ulong[]? digests;

        // A seq of zero marks a free entry.
        private long[]? seqs;
        private int count;

        public readonly int Capacity => seqs?.Length ?? 0;

        public void Add(ulong digest, long seq)
        {
            // One free entry at least is what ends a search.
            if (count + 1 > Capacity * 0.85) Grow();
            Insert(digest, seq);
            count++;
        }

        public readonly void Find(ulong digest, ref List<long>? found)
        {
            if (seqs is null) return;
            for (var slot = Home(digest); seqs[slot] != 0; slot = Next(slot))
            {
                if (digests![slot] == digest) (found ??= []).Add(seqs[slot]);
            }
        }

        private readonly void Insert(ulong digest, long seq)
        {
            var slot = Home(digest);
            while (seqs![slot] != 0) slot = Next(slot);
            digests![slot] = digest;
            seqs[slot] = seq;
        }

        private void Grow()
        {
            var (oldDigests, oldSeqs) = (digests, seqs);
            var capacity = Math.Max(FirstCapacity, Capacity + (Capacity / 4) + 1);
            digests = new ulong[capacity];
            seqs = new long[capacity];
            for (var slot = 0; slot < (oldSeqs?.Length ?? 0); slot++)
            {
                if (oldSeqs![slot] != 0) Insert(oldDigests![slot], oldSeqs[slot]);
            }
        }

        // The upper bits chose the segment, so the lower ones choose the place: scaled instead of taken modulo, which is cheaper.
        private readonly int Home(ulong digest) => (int)(((digest & uint.MaxValue) * (ulong)seqs!.Length) >> 32);

        private readonly int Next(int slot) => slot + 1 == seqs!.Length ? 0 : slot + 1;
    }
}
