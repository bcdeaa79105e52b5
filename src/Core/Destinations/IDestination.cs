using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>The actor that delivers a container's events to one destination.</summary>
public interface IDestination
{
    /// <summary>Makes sure that the pump runs and looks at the journal.</summary>
    Task Wake();

    /// <summary>Hands over a record that was just appended, so that the pump need not read it. Missing one is harmless.</summary>
    Task Offer(JournalRecord record);

    /// <summary>Copies what is unfinished of the events accepted before a time to where it survives the journal.</summary>
    /// <returns>False when it could not be done now; the journal must then be kept.</returns>
    Task<bool> Preserve(DateTimeOffset before);
}
