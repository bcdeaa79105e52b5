using System.Diagnostics;

namespace Signalbox.Core.Events;

/// <summary>
/// The canonical event, into which every dialect is translated once, at the door. It is built there, joined with the visitor's
/// record, serialised by <see cref="EventCodec"/>, and never changed afterwards. Nothing in it is personal in the clear (I6).
/// </summary>
public sealed class ConversionEvent
{
    public EventKind Kind { get; set; }

    /// <summary>The caller's id of this event; null when it sent none, and then the router's own id stands in everywhere.</summary>
    public string? EventId { get; set; }

    /// <summary>A standard name (<see cref="StandardEvents"/>), or a custom one as it was sent.</summary>
    public required string Name { get; set; }

    /// <summary>The name as the caller spelled it.</summary>
    public required string SentName { get; set; }

    /// <summary>Signals' <c>event_type</c> (<c>conversion</c>, <c>engagement</c> or what was sent); null where the dialect has none.</summary>
    public string? Category { get; set; }

    /// <summary>When it happened, in UTC, to the millisecond.</summary>
    public DateTimeOffset Time { get; set; }

    /// <summary>Where it happened; null until the door decides for an event that does not say.</summary>
    public ActionSource? ActionSource { get; set; }

    /// <summary>The page where it happened, scrubbed of personal data.</summary>
    public string? Url { get; set; }

    public string? Referrer { get; set; }

    /// <summary>The conversion's worth in <see cref="Currency"/>'s main unit.</summary>
    public decimal? Value { get; set; }

    /// <summary>ISO 4217, upper case.</summary>
    public string? Currency { get; set; }

    public string? OrderId { get; set; }

    public string? SearchString { get; set; }

    public string? ContentName { get; set; }

    public string? ContentCategory { get; set; }

    /// <summary><c>product</c> or <c>product_group</c>, or what was sent.</summary>
    public string? ContentType { get; set; }

    public int? NumItems { get; set; }

    public List<Product> Products { get; } = [];

    public Identifiers Identifiers { get; } = new();

    /// <summary>The categories the visitor granted; null when the event says nothing about consent.</summary>
    public IReadOnlyList<string>? Consent { get; set; }

    /// <summary>Everything else the caller sent, as one flat JSON object in UTF-8, scrubbed of personal data; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Properties { get; set; }

    /// <summary>What was forgiven or left out on the way in, in words without values.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>The dialect it arrived in.</summary>
    public required string Dialect { get; set; }

    /// <summary>Where the sender lets it go; null for everywhere. It counts when routes are decided, and is not kept.</summary>
    public Forwarding? Forwarding { get; set; }

    /// <summary>The span of the request that it came with, if that was recorded; none by default. No platform and no caller ever sees it.</summary>
    public ActivityContext Trace { get; set; }
}

/// <summary>One line of a cart or an order. Price is per unit, in the event's currency.</summary>
public sealed record Product(string Id, string? Name = null, string? Category = null, string? Brand = null, decimal? Price = null, int? Quantity = null);
