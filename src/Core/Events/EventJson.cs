using System.Text.Json;

namespace Signalbox.Core.Events;

/// <summary>The canonical event as JSON, as webhooks send it and the admin API shows it. What the event does not have is left out.</summary>
public static class EventJson
{
    /// <summary>Writes one object.</summary>
    /// <param name="id">The id that platforms get: the caller's, or the router's own.</param>
    /// <param name="acceptedAt">In UTC.</param>
    public static void Write(Utf8JsonWriter writer, ConversionEvent e, string id, DateTimeOffset acceptedAt)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        if (e.Kind != EventKind.Conversion) writer.WriteString("kind"u8, JsonNamingPolicy.SnakeCaseLower.ConvertName(e.Kind.ToString()));
        WriteText(writer, "event_id"u8, e.EventId);
        writer.WriteString("name"u8, e.Name);
        writer.WriteString("sent_name"u8, e.SentName);
        WriteText(writer, "category"u8, e.Category);
        writer.WriteString("time"u8, e.Time.UtcDateTime);
        writer.WriteString("accepted_at"u8, acceptedAt.UtcDateTime);
        WriteText(writer, "action_source"u8, e.ActionSource?.ToName());
        WriteText(writer, "url"u8, e.Url);
        WriteText(writer, "referrer"u8, e.Referrer);
        if (e.Value is { } value) writer.WriteNumber("value"u8, value);
        WriteText(writer, "currency"u8, e.Currency);
        WriteText(writer, "order_id"u8, e.OrderId);
        WriteText(writer, "search_string"u8, e.SearchString);
        WriteText(writer, "content_name"u8, e.ContentName);
        WriteText(writer, "content_category"u8, e.ContentCategory);
        WriteText(writer, "content_type"u8, e.ContentType);
        if (e.NumItems is { } items) writer.WriteNumber("num_items"u8, items);
        if (e.Products.Count > 0) WriteProducts(writer, e.Products);
        WriteIdentifiers(writer, e.Identifiers);
        if (e.Consent is not null) WriteTexts(writer, "consent"u8, e.Consent);
        if (!e.Properties.IsEmpty)
        {
            writer.WritePropertyName("properties"u8);
            writer.WriteRawValue(e.Properties.Span, skipInputValidation: true);
        }
        if (e.Notes.Count > 0) WriteTexts(writer, "notes"u8, e.Notes);
        writer.WriteString("dialect"u8, e.Dialect);
        writer.WriteEndObject();
    }

    private static void WriteProducts(Utf8JsonWriter writer, List<Product> products)
    {
        writer.WriteStartArray("products"u8);
        foreach (var product in products)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, product.Id);
            WriteText(writer, "name"u8, product.Name);
            WriteText(writer, "category"u8, product.Category);
            WriteText(writer, "brand"u8, product.Brand);
            if (product.Price is { } price) writer.WriteNumber("price"u8, price);
            if (product.Quantity is { } quantity) writer.WriteNumber("quantity"u8, quantity);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteIdentifiers(Utf8JsonWriter writer, Identifiers identifiers)
    {
        writer.WriteStartObject("identifiers"u8);
        foreach (var identifier in identifiers)
        {
            writer.WriteStartObject(IdentifierNames.NameOf(identifier.Kind));
            writer.WriteString("value"u8, identifier.Value);
            writer.WriteString("origin"u8, identifier.Origin == Origin.Visitor ? "visitor"u8 : "explicit"u8);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null) writer.WriteString(name, text);
    }
}
