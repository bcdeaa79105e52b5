using System.Buffers.Binary;
using Signalbox.Core.Events;

namespace Signalbox.Core.Containers;

/// <summary>Walks over a record's headers in place, without building what a caller does not ask for.</summary>
/// <exception cref="InvalidDataException">The bytes are of an unknown format: a bug or a damaged store.</exception>
public ref struct RecordReader
{
    private ReadOnlySpan<byte> rest;
    private ReadOnlySpan<byte> routes;
    private int routeCount;

    /// <param name="headers">What <see cref="RecordCodec.Encode"/> made.</param>
    public RecordReader(ReadOnlySpan<byte> headers)
    {
        if (headers[0] != RecordCodec.Format) throw new InvalidDataException("unknown journal record format");
        rest = headers[1..];
        Index = -1;
    }

    /// <summary>The event's place in the record, from 0.</summary>
    public int Index { get; private set; }

    public UInt128 Digest { get; private set; }

    public bool Deduplicates { get; private set; }

    /// <summary>When the event happened, in milliseconds since 1970.</summary>
    public long Time { get; private set; }

    /// <summary>Where the event's bytes begin in the record's body.</summary>
    public int Offset { get; private set; }

    public int Length { get; private set; }

    /// <summary>Moves to the next event; false behind the last one.</summary>
    public bool Next()
    {
        if (rest.IsEmpty) return false;
        Index++;
        Offset += Length;
        Digest = BinaryPrimitives.ReadUInt128LittleEndian(rest);
        Deduplicates = (rest[16] & RecordCodec.DeduplicatesFlag) != 0;
        Time = BinaryPrimitives.ReadInt64LittleEndian(rest[17..]);
        rest = rest[RecordCodec.FixedSize..];
        Length = (int)ReadNumber(ref rest);
        routeCount = (int)ReadNumber(ref rest);
        routes = rest;
        for (var number = 0; number < routeCount * 2; number++) ReadNumber(ref rest);
        return true;
    }

    public readonly bool IsQueuedFor(int destination)
    {
        var left = routes;
        for (var number = 0; number < routeCount; number++)
        {
            var route = ReadRoute(ref left);
            if (route.Destination == destination) return route.Decision == RouteDecision.Queued;
        }
        return false;
    }

    public readonly IReadOnlyList<Route> ReadRoutes()
    {
        var left = routes;
        var read = new Route[routeCount];
        for (var number = 0; number < routeCount; number++) read[number] = ReadRoute(ref left);
        return read;
    }

    private static Route ReadRoute(ref ReadOnlySpan<byte> bytes) => new((int)ReadNumber(ref bytes), (RouteDecision)ReadNumber(ref bytes));

    private static ulong ReadNumber(ref ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[VarInt.Read(bytes, out var value)..];
        return value;
    }
}
