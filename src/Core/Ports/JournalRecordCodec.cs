using System.Buffers.Binary;

namespace Signalbox.Core.Ports;

/// <summary>
/// A record on its way to a destination in another process: first seq (8 bytes), count (4), time in ticks (8), append id (16), the size of the
/// headers (4), the headers, the body.
/// </summary>
public static class JournalRecordCodec
{
    private const int FixedSize = 8 + 4 + 8 + 16 + 4;

    public static byte[] Encode(JournalRecord record)
    {
        var bytes = new byte[FixedSize + record.Headers.Length + record.Body.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, record.FirstSeq);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), record.Count);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(12), record.Time.UtcTicks);
        record.AppendId.TryWriteBytes(bytes.AsSpan(20));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(36), record.Headers.Length);
        record.Headers.Span.CopyTo(bytes.AsSpan(FixedSize));
        record.Body.Span.CopyTo(bytes.AsSpan(FixedSize + record.Headers.Length));
        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote. Headers and body point into <paramref name="bytes"/>.</summary>
    public static JournalRecord Decode(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        var headers = BinaryPrimitives.ReadInt32LittleEndian(span[36..]);
        return new JournalRecord(
            BinaryPrimitives.ReadInt64LittleEndian(span),
            BinaryPrimitives.ReadInt32LittleEndian(span[8..]),
            new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(span[12..]), TimeSpan.Zero),
            new Guid(span.Slice(20, 16)),
            bytes.Slice(FixedSize, headers),
            bytes[(FixedSize + headers)..]);
    }
}
