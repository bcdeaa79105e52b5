using Signalbox.Core.Events;
using Signalbox.Core.Ports;

namespace Signalbox.Core.Containers;

/// <summary>
/// What every dialect does with its parsed events: join the visitors, decide the routes, serialise, and have the container accept them.
/// Shared by all requests of a process.
/// </summary>
public sealed class Door(IActors actors, IVisitorStore visitors)
{
    /// <summary>Accepts the events of one request, all of one container.</summary>
    /// <returns>One answer per event, in order.</returns>
    public Task<IReadOnlyList<DoorAnswer>> Accept(Container container, IReadOnlyList<ConversionEvent> events, CancellationToken cancel)
    {
        _ = actors;
        _ = visitors;
        _ = events;
        throw new NotSupportedException();
    }
}

/// <param name="Routes">The decision per destination, of this event even if it is a duplicate.</param>
public readonly record struct DoorAnswer(Acceptance Acceptance, IReadOnlyList<Route> Routes);
