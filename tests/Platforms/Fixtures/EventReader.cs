using System.Text;
using System.Text.Json;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;

namespace Signalbox.Platforms.Tests.Fixtures;

/// <summary>Reads what <see cref="EventJson"/> writes; a fixture may leave out <c>sent_name</c>, <c>dialect</c> and an explicit identifier's origin.</summary>
internal static class EventReader
{
    public static OutgoingEvent Read(JsonElement json)
    {
        var name = json.GetProperty("name").GetString()!;
        var e = new ConversionEvent
        {
            EventId = Text(json, "event_id"),
            Name = name,
            SentName = Text(json, "sent_name") ?? name,
            Category = Text(json, "category"),
            Time = json.GetProperty("time").GetDateTimeOffset(),
            ActionSource = Text(json, "action_source") is { } source && ActionSources.TryParse(source, out var known) ? known : null,
            Url = Text(json, "url"),
            Referrer = Text(json, "referrer"),
            Value = Amount(json, "value"),
            Currency = Text(json, "currency"),
            OrderId = Text(json, "order_id"),
            SearchString = Text(json, "search_string"),
            ContentName = Text(json, "content_name"),
            ContentCategory = Text(json, "content_category"),
            ContentType = Text(json, "content_type"),
            NumItems = Count(json, "num_items"),
            Consent = Texts(json, "consent"),
            Properties = json.TryGetProperty("properties", out var properties) ? Encoding.UTF8.GetBytes(properties.GetRawText()) : default,
            Dialect = Text(json, "dialect") ?? "signals",
        };
        e.Notes.AddRange(Texts(json, "notes") ?? []);
        foreach (var product in List(json, "products"))
        {
            e.Products.Add(new Product(
                Text(product, "id")!, Text(product, "name"), Text(product, "category"), Text(product, "brand"), Amount(product, "price"), Count(product, "quantity")));
        }
        if (json.TryGetProperty("identifiers", out var identifiers))
        {
            foreach (var identifier in identifiers.EnumerateObject()) Add(e.Identifiers, identifier);
        }
        return new OutgoingEvent(Text(json, "id")!, 1, json.GetProperty("accepted_at").GetDateTimeOffset(), e);
    }

    private static void Add(Identifiers identifiers, JsonProperty identifier)
    {
        Assert.True(IdentifierNames.TryParse(identifier.Name, out var kind), $"there is no identifier {identifier.Name}");
        var isBare = identifier.Value.ValueKind == JsonValueKind.String;
        var value = isBare ? identifier.Value.GetString() : Text(identifier.Value, "value");
        identifiers.TryAdd(kind, value, !isBare && Text(identifier.Value, "origin") == "visitor" ? Origin.Visitor : Origin.Explicit);
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static decimal? Amount(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetDecimal() : null;

    private static int? Count(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetInt32() : null;

    private static string[]? Texts(JsonElement json, string name) =>
        json.TryGetProperty(name, out _) ? [.. List(json, name).Select(text => text.GetString()!)] : null;

    private static IEnumerable<JsonElement> List(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.EnumerateArray() : [];
}
