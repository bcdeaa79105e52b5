using System.Buffers.Binary;

namespace Signalbox.Core.Workspaces;

/// <summary>A grant on its way to a door in another process: minute (8 bytes), count (4), remaining (4), how long it lasts in ticks (8).</summary>
public static class QuotaGrantCodec
{
    private const int Size = 8 + 4 + 4 + 8;

    public static byte[] Encode(QuotaGrant grant)
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, grant.Minute);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), grant.Count);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), grant.Remaining);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), grant.Lasts.Ticks);
        return bytes;
    }

    public static QuotaGrant Decode(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        return new QuotaGrant(
            BinaryPrimitives.ReadInt64LittleEndian(span),
            BinaryPrimitives.ReadInt32LittleEndian(span[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(span[12..]),
            TimeSpan.FromTicks(BinaryPrimitives.ReadInt64LittleEndian(span[16..])));
    }
}
