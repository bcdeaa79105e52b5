using System.Globalization;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;

namespace Signalbox.Grains.Interfaces;

/// <summary>
/// Core's keys as text and back. A number never holds a slash, so the first one ends it, and what follows is a visitor id as it is: with whatever
/// characters, slashes included.
/// </summary>
public static class GrainKeys
{
    private const char Separator = '/';

    public static string Of(DestinationKey key) => string.Create(CultureInfo.InvariantCulture, $"{key.Container}{Separator}{key.Number}");

    public static string Of(VisitorKey key) => string.Create(CultureInfo.InvariantCulture, $"{key.Container}{Separator}{key.Id}");

    public static DestinationKey ToDestination(string key)
    {
        var (container, number) = Split(key);
        return new DestinationKey(container, int.Parse(number, CultureInfo.InvariantCulture));
    }

    public static VisitorKey ToVisitor(string key)
    {
        var (container, id) = Split(key);
        return new VisitorKey(container, id);
    }

    private static (int Container, string Id) Split(string key)
    {
        var end = key.IndexOf(Separator, StringComparison.Ordinal);
        return (int.Parse(key.AsSpan(0, end), CultureInfo.InvariantCulture), key[(end + 1)..]);
    }
}
