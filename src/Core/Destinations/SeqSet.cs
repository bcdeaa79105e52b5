using System.Collections.Immutable;
using Signalbox.Core.Events;

namespace Signalbox.Core.Destinations;

/// <summary>An immutable set of seqs, kept as ascending ranges that do not touch: small as long as its members stand together.</summary>
public sealed class SeqSet : IEquatable<SeqSet>
{
    private readonly ImmutableArray<SeqRange> ranges;

    private SeqSet(ImmutableArray<SeqRange> ranges)
    {
        this.ranges = ranges;
    }

    public static SeqSet Empty { get; } = new([]);

    public ImmutableArray<SeqRange> Ranges => ranges;

    public bool IsEmpty => ranges.IsEmpty;

    public long Count => ranges.Sum(range => range.Last - range.First + 1);

    public long First => ranges[0].First;

    public long Last => ranges[^1].Last;

    public static SeqSet Of(IEnumerable<long> seqs)
    {
        var builder = ImmutableArray.CreateBuilder<SeqRange>();
        foreach (var seq in seqs.Order())
        {
            Push(builder, new SeqRange(seq, seq));
        }
        return Make(builder);
    }

    public bool Contains(long seq)
    {
        var low = 0;
        var high = ranges.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (seq < ranges[middle].First) high = middle - 1;
            else if (seq > ranges[middle].Last) low = middle + 1;
            else return true;
        }
        return false;
    }

    public SeqSet Union(SeqSet other)
    {
        if (other.IsEmpty) return this;
        if (IsEmpty) return other;
        var builder = ImmutableArray.CreateBuilder<SeqRange>(ranges.Length + other.ranges.Length);
        var mine = 0;
        var theirs = 0;
        while (mine < ranges.Length || theirs < other.ranges.Length)
        {
            var takeMine = theirs == other.ranges.Length || (mine < ranges.Length && ranges[mine].First <= other.ranges[theirs].First);
            Push(builder, takeMine ? ranges[mine++] : other.ranges[theirs++]);
        }
        return Make(builder);
    }

    /// <summary>The members above <paramref name="seq"/>.</summary>
    public SeqSet Above(long seq)
    {
        if (IsEmpty || First > seq) return this;
        return Make(ranges.Where(range => range.Last > seq).Select(range => range with { First = Math.Max(range.First, seq + 1) }));
    }

    /// <summary>The members that are not in <paramref name="other"/>.</summary>
    public SeqSet Except(SeqSet other)
    {
        if (IsEmpty || other.IsEmpty || other.Last < First || other.First > Last) return this;
        var builder = ImmutableArray.CreateBuilder<SeqRange>();
        var theirs = 0;
        foreach (var range in ranges)
        {
            var first = range.First;
            while (theirs < other.ranges.Length && other.ranges[theirs].Last < first) theirs++;
            for (var next = theirs; next < other.ranges.Length && other.ranges[next].First <= range.Last; next++)
            {
                if (other.ranges[next].First > first) builder.Add(new SeqRange(first, other.ranges[next].First - 1));
                first = Math.Max(first, other.ranges[next].Last + 1);
            }
            if (first <= range.Last) builder.Add(range with { First = first });
        }
        return Make(builder);
    }

    public static SeqSet Range(long first, long last) => first > last ? Empty : Make([new SeqRange(first, last)]);

    public IEnumerable<long> Enumerate()
    {
        foreach (var range in ranges)
        {
            for (var seq = range.First; seq <= range.Last; seq++) yield return seq;
        }
    }

    /// <summary>Distances as variable-size integers: for each range the gap before it and its length less one.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[ranges.Length * 2 * VarInt.MaxSize];
        var length = 0;
        var end = 0L;
        foreach (var range in ranges)
        {
            length += VarInt.Write(bytes.AsSpan(length), (ulong)(range.First - end));
            length += VarInt.Write(bytes.AsSpan(length), (ulong)(range.Last - range.First));
            end = range.Last;
        }
        return bytes[..length];
    }

    /// <exception cref="InvalidDataException">The bytes are not what <see cref="ToBytes"/> makes.</exception>
    public static SeqSet FromBytes(ReadOnlySpan<byte> bytes)
    {
        var builder = ImmutableArray.CreateBuilder<SeqRange>();
        var end = 0L;
        while (!bytes.IsEmpty)
        {
            bytes = bytes[VarInt.Read(bytes, out var gap)..];
            bytes = bytes[VarInt.Read(bytes, out var length)..];
            var first = end + (long)gap;
            end = first + (long)length;
            builder.Add(new SeqRange(first, end));
        }
        return Make(builder);
    }

    public bool Equals(SeqSet? other) => other is not null && ranges.SequenceEqual(other.ranges);

    public override bool Equals(object? obj) => Equals(obj as SeqSet);

    public override int GetHashCode() => IsEmpty ? 0 : HashCode.Combine(First, Last, ranges.Length);

    public override string ToString() => string.Join(',', ranges.Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}"));

    private static void Push(ImmutableArray<SeqRange>.Builder builder, SeqRange next)
    {
        if (builder.Count > 0 && next.First <= builder[^1].Last + 1)
        {
            builder[^1] = builder[^1] with { Last = Math.Max(builder[^1].Last, next.Last) };
        }
        else
        {
            builder.Add(next);
        }
    }

    private static SeqSet Make(IEnumerable<SeqRange> ranges)
    {
        var array = ranges.ToImmutableArray();
        return array.IsEmpty ? Empty : new SeqSet(array);
    }
}

/// <summary>The seqs from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
public readonly record struct SeqRange(long First, long Last);
