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
    private const byte Format = 1;
    private const byte Deduplicates = 1;
    private const int FixedSize = 16 + 1 + 8;

    public static byte[] Encode(IReadOnlyList<(EventHeader Header, int Length)> entries)
    {
        var size = 1 + entries.Sum(entry => FixedSize + ((2 + (2 * entry.Header.Routes.Count)) * VarInt.MaxSize));
        var bytes = new byte[size];
        bytes[0] = Format;
        var length = 1;
        foreach (var (header, bodyLength) in entries)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(length), header.Digest);
            bytes[length + 16] = header.Deduplicates ? Deduplicates : (byte)0;
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

    /// <summary>The deduplicating digests alone, without building what rebuilding a window does not need.</summary>
    /// <param name="visit">Told of each such event's index in the record and digest.</param>
    /// <exception cref="InvalidDataException">The bytes are of an unknown format: a bug or a damaged store.</exception>
    public static void VisitDigests(ReadOnlySpan<byte> bytes, int count, Action<int, UInt128> visit)
    {
        bytes = Open(bytes);
        for (var index = 0; index < count; index++)
        {
            if (ReadDeduplicates(bytes)) visit(index, ReadDigest(bytes));
            bytes = bytes[FixedSize..];
            bytes = bytes[VarInt.Read(bytes, out _)..];
            bytes = bytes[VarInt.Read(bytes, out var routes)..];
            for (var number = 0ul; number < routes * 2; number++) bytes = bytes[VarInt.Read(bytes, out _)..];
        }
    }

    /// <exception cref="InvalidDataException">The bytes are of an unknown format: a bug or a damaged store.</exception>
    public static IReadOnlyList<RecordEntry> Decode(ReadOnlySpan<byte> bytes, int count)
    {
        bytes = Open(bytes);
        var entries = new RecordEntry[count];
        var offset = 0;
        for (var index = 0; index < count; index++)
        {
            var digest = ReadDigest(bytes);
            var deduplicates = ReadDeduplicates(bytes);
            var time = BinaryPrimitives.ReadInt64LittleEndian(bytes[17..]);
            bytes = bytes[FixedSize..];
            bytes = bytes[VarInt.Read(bytes, out var length)..];
            bytes = bytes[VarInt.Read(bytes, out var routeCount)..];
            var routes = new Route[routeCount];
            for (var route = 0; route < routes.Length; route++)
            {
                bytes = bytes[VarInt.Read(bytes, out var destination)..];
                bytes = bytes[VarInt.Read(bytes, out var decision)..];
                routes[route] = new Route((int)destination, (RouteDecision)decision);
            }
            entries[index] = new RecordEntry(new EventHeader(digest, deduplicates, time, routes), offset, (int)length);
            offset += (int)length;
        }
        return entries;
    }

    private static UInt128 ReadDigest(ReadOnlySpan<byte> entry) => BinaryPrimitives.ReadUInt128LittleEndian(entry);

    private static bool ReadDeduplicates(ReadOnlySpan<byte> entry) => (entry[16] & Deduplicates) != 0;

    private static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> bytes) =>
        bytes[0] == Format ? bytes[1..] : throw new InvalidDataException("unknown journal record format");
}
