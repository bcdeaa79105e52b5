using Signalbox.Core.Events;

namespace Signalbox.Api.Settings;

/// <summary>Event names as keys' rights compare them.</summary>
internal static class EventNames
{
    /// <summary>The standard name where it is a spelling of one; otherwise lower-cased, without spaces, underscores and dashes.</summary>
    public static string Fold(string name) =>
        StandardEvents.Find(name) ?? string.Concat(name.Where(letter => letter is not (' ' or '_' or '-'))).ToLowerInvariant();
}
