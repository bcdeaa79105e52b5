using Signalbox.Core.Events;

namespace Signalbox.Core.Visitors;

/// <summary>How a browser's word changes a visitor's record: the latest value of each identifier stays, with the time since when it is known.</summary>
public static class VisitorMerge
{
    public static VisitorRecord Apply(VisitorRecord? record, VisitorTouch touch)
    {
        var identifiers = record is null ? new SortedDictionary<Identifier, SeenValue>() : new(record.Identifiers);
        foreach (var (kind, value) in touch.Identifiers.OrderBy(pair => pair.Key))
        {
            if (identifiers.GetValueOrDefault(kind)?.Value != value) identifiers[kind] = new SeenValue(value, touch.At);
        }
        BuildFbc(identifiers, touch);
        return new VisitorRecord
        {
            FirstSeen = record?.FirstSeen ?? touch.At,
            LastSeen = record is null || touch.At > record.LastSeen ? touch.At : record.LastSeen,
            Identifiers = identifiers,
            LandingUrl = record is null ? touch.Url : record.LandingUrl,
            LandingReferrer = record is null ? touch.Referrer : record.LandingReferrer,
        };
    }

    /// <summary>Whether a merge changed more than the time last seen, or that by enough to matter.</summary>
    public static bool IsWorthWriting(VisitorRecord before, VisitorRecord after, TimeSpan lastSeenGrain) =>
        after.LastSeen - before.LastSeen >= lastSeenGrain || !before.Identifiers.SequenceEqual(after.Identifiers);

    /// <summary>
    /// A click seen by its fbclid becomes an fbc with the click's own time. The one that stands is kept as long as it is the same click, as
    /// Meta's own library does (capi-param-builder), because its time is the first one seen.
    /// </summary>
    private static void BuildFbc(SortedDictionary<Identifier, SeenValue> identifiers, VisitorTouch touch)
    {
        if (!touch.Identifiers.TryGetValue(Identifier.Fbclid, out var fbclid)) return;
        if (identifiers.GetValueOrDefault(Identifier.Fbc) is { } known && ClickIds.FbclidOf(known.Value) == fbclid) return;
        identifiers[Identifier.Fbc] = new SeenValue(ClickIds.Fbc(fbclid, touch.At), touch.At);
    }
}
