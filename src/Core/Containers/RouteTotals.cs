using Signalbox.Core.Events;

namespace Signalbox.Core.Containers;

/// <summary>How many events were routed which way at one destination, since the destination began. One side of the ledger (I3).</summary>
public readonly record struct RouteCounts(long Queued, long ConsentDenied, long Filtered)
{
    public long Accepted => Queued + ConsentDenied + Filtered;

    public RouteCounts Plus(RouteDecision decision) => decision switch
    {
        RouteDecision.Queued => this with { Queued = Queued + 1 },
        RouteDecision.ConsentDenied => this with { ConsentDenied = ConsentDenied + 1 },
        _ => this with { Filtered = Filtered + 1 },
    };
}

/// <summary>A container's route counts by destination number, stored with the journal's head in the append's own transaction.</summary>
public sealed class RouteTotals
{
    private readonly SortedDictionary<int, RouteCounts> byDestination = [];

    public RouteCounts this[int destination] => byDestination.GetValueOrDefault(destination);

    public RouteTotals Copy()
    {
        var copy = new RouteTotals();
        foreach (var (destination, counts) in byDestination) copy.byDestination.Add(destination, counts);
        return copy;
    }

    public void Add(IReadOnlyList<Route> routes)
    {
        foreach (var route in routes) byDestination[route.Destination] = this[route.Destination].Plus(route.Decision);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[byDestination.Count * 4 * VarInt.MaxSize];
        var length = 0;
        foreach (var (destination, counts) in byDestination)
        {
            length += VarInt.Write(bytes.AsSpan(length), (ulong)destination);
            length += VarInt.Write(bytes.AsSpan(length), (ulong)counts.Queued);
            length += VarInt.Write(bytes.AsSpan(length), (ulong)counts.ConsentDenied);
            length += VarInt.Write(bytes.AsSpan(length), (ulong)counts.Filtered);
        }
        return bytes[..length];
    }

    /// <exception cref="InvalidDataException">The bytes are not what <see cref="ToBytes"/> makes.</exception>
    public static RouteTotals FromBytes(ReadOnlySpan<byte> bytes)
    {
        var totals = new RouteTotals();
        while (!bytes.IsEmpty)
        {
            bytes = bytes[VarInt.Read(bytes, out var destination)..];
            bytes = bytes[VarInt.Read(bytes, out var queued)..];
            bytes = bytes[VarInt.Read(bytes, out var denied)..];
            bytes = bytes[VarInt.Read(bytes, out var filtered)..];
            totals.byDestination.Add((int)destination, new RouteCounts((long)queued, (long)denied, (long)filtered));
        }
        return totals;
    }
}
