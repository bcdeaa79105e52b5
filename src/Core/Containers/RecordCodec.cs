using System.Buffers.Binary;
using Signalbox.Core.Events;

namespace Signalbox.Core.Containers;

/// <summary>One event of a record: its header, and where its bytes stand in the record's body.</summary>
public readonly record struct RecordEntry(EventHeader Header, int Offset, int Length);

/// <summary>
/// A record's headers in bytes: a format number, then per event its digest (16 bytes), flags (1), time (8), and as variable-size integers the
/// length of its bytes, the number of its routes, and per route the destination and the decision.
/// </summary>
public static class RecordCodec
{
    internal const byte Format = 1;
    internal const byte DeduplicatesFlag = 1;
    internal const int FixedSize = 16 + 1 + 8;

    public static byte[] Encode(IReadOnlyList<(EventHeader Header, int Length)> entries)
    {
        var size = 1 + entries.Sum(entry => FixedSize + ((2 + (2 * entry.Header.Routes.Count)) * VarInt.MaxSize));
        var bytes = new byte[size];
        bytes[0] = Format;
        var length = 1;
        foreach (var (header, bodyLength) in entries)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(length), header.Digest);
            bytes[length + 16] = header.Deduplicates ? DeduplicatesFlag : (byte)0;
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(length + 17), header.Time);
            length += FixedSize;
            length += VarInt.Write(bytes.AsSpan(length), (ulong)bodyLength);
            length += VarInt.Write(bytes.AsSpan(length), (ulong)header.Routes.Count);
            foreach (var route in header.Routes)
            {
                length += VarInt.Write(bytes.AsSpan(length), (ulong)route.Destination);
                length += VarInt.Write(bytes.AsSpan(length), (ulong)route.Decision);
            }
        }
        return bytes[..length];
    }

    /// <summary>All entries of a record.</summary>
    /// <exception cref="InvalidDataException">The bytes are of an unknown format: a bug or a damaged store.</exception>
    public static IReadOnlyList<RecordEntry> Decode(ReadOnlySpan<byte> headers)
    {
        var entries = new List<RecordEntry>();
        var reader = new RecordReader(headers);
        while (reader.Next())
        {
            entries.Add(new RecordEntry(new EventHeader(reader.Digest, reader.Deduplicates, reader.Time, reader.ReadRoutes()), reader.Offset, reader.Length));
        }
        return entries;
    }
}
