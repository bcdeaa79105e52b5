namespace Signalbox.Storage.Sqlite;

/// <summary>A journal record's number in its table: the container's number, then its first seq in 43 bits. Ascends with the seq within a container.</summary>
internal static class RecordKey
{
    /// <summary>8.8 trillion events in one container.</summary>
    public const long MaxSeq = (1L << SeqBits) - 1;

    /// <summary>A million containers, incarnations counted.</summary>
    public const int MaxContainer = (1 << (63 - SeqBits)) - 1;

    private const int SeqBits = 43;

    public static long Of(int container, long seq)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(container, MaxContainer);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seq, MaxSeq);
        return ((long)container << SeqBits) | seq;
    }

    public static long SeqOf(long key) => key & MaxSeq;
}
