using Signalbox.Core.Destinations;
using Signalbox.Core.Events;

namespace Signalbox.Core.Containers;

/// <summary>Where an event goes, decided on one snapshot of the container's configuration.</summary>
public static class Routing
{
    public static IReadOnlyList<Route> Decide(Container container, ConversionEvent e)
    {
        var routes = new Route[container.Destinations.Count];
        for (var index = 0; index < routes.Length; index++)
        {
            var destination = container.Destinations[index];
            routes[index] = new Route(destination.Number, Decide(destination, e));
        }
        return routes;
    }

    /// <summary>Whether the event was granted every category that the destination requires. An event that says nothing was granted none.</summary>
    public static bool HasConsent(Destination destination, ConversionEvent e)
    {
        foreach (var category in destination.ConsentRequired)
        {
            if (e.Consent is null || !e.Consent.Contains(category, StringComparer.OrdinalIgnoreCase)) return false;
        }
        return true;
    }

    private static RouteDecision Decide(Destination destination, ConversionEvent e)
    {
        if (!destination.Enabled || (destination.Platform.Rules.ConversionsOnly && e.Kind != EventKind.Conversion)) return RouteDecision.Filtered;
        if (e.Forwarding?.Allows(destination.Id, destination.Platform.Name) == false) return RouteDecision.Filtered;
        return HasConsent(destination, e) ? RouteDecision.Queued : RouteDecision.ConsentDenied;
    }
}
