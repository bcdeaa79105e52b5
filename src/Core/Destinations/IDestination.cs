using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>The actor that delivers a container's events to one destination.</summary>
public interface IDestination
{
    /// <summary>Makes sure that the pump runs and looks at the journal.</summary>
    Task Wake();

    /// <summary>Hands over a record that was just appended, so that the pump need not read it. Missing one is harmless.</summary>
    Task Offer(JournalRecord record);
}
