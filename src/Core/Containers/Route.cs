namespace Signalbox.Core.Containers;

/// <summary>The decision for one event and one destination, made at the door.</summary>
/// <param name="Destination">The destination's number.</param>
public readonly record struct Route(int Destination, RouteDecision Decision);

/// <summary>The numbers are written to disk.</summary>
public enum RouteDecision : byte
{
    Queued = 1,
    ConsentDenied = 2,
    Filtered = 3,
}

/// <summary>What the journal knows of an event without reading it.</summary>
/// <param name="Digest">The event id's digest under the container's key.</param>
/// <param name="Deduplicates">False where the router made the id up: such an event is never a duplicate.</param>
/// <param name="Time">When it happened, in milliseconds since 1970, for the age rule.</param>
public readonly record struct EventHeader(UInt128 Digest, bool Deduplicates, long Time, IReadOnlyList<Route> Routes);
