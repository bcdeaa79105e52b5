using Signalbox.Core.Events;

namespace Signalbox.Core.Visitors;

/// <summary>Completes an event at the door from what its visitor's browser knew: explicit values win, and each keeps its origin (I5).</summary>
public static class VisitorJoin
{
    /// <param name="record">The visitor's record as it stands at acceptance; null for an unknown visitor.</param>
    public static void Complete(ConversionEvent e, VisitorRecord? record)
    {
        var identifiers = e.Identifiers;
        if (identifiers[Identifier.Fbc] is null && identifiers[Identifier.Fbclid] is { } fbclid)
        {
            // The click's own time, if the visitor's record saw this very click; the event's time otherwise.
            var known = record?.Identifiers.GetValueOrDefault(Identifier.Fbclid);
            var clickedAt = known?.Value == fbclid ? known.Since : e.Time;
            identifiers.TryAdd(Identifier.Fbc, ClickIds.Fbc(fbclid, clickedAt), Origin.Explicit);
        }
        if (record is not null)
        {
            foreach (var (kind, seen) in record.Identifiers) identifiers.TryAdd(kind, seen.Value, Origin.Visitor);
        }
        e.ActionSource ??= identifiers[Identifier.UserAgent] is not null && e.Url is not null ? ActionSource.Website : ActionSource.SystemGenerated;
    }
}
