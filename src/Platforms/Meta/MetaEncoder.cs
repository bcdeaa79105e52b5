using System.Buffers;
using System.Text.Json;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;

namespace Signalbox.Platforms.Meta;

/// <summary>
/// One event of <c>data</c>. Fields and their names are those of "Server event parameters" and of facebook-python-business-sdk's
/// <c>serverside/event.py</c>, <c>custom_data.py</c> and <c>content.py</c>. What Meta would refuse is refused here, because there it would
/// have the whole batch refused.
/// </summary>
internal static class MetaEncoder
{
    /// <returns>Null, or why Meta cannot take this event.</returns>
    public static string? Encode(in OutgoingEvent outgoing, IBufferWriter<byte> fragment)
    {
        var e = outgoing.Event;
        var source = e.ActionSource ?? ActionSource.SystemGenerated;
        if (WhyNot(e, source) is { } reason) return reason;

        // Meta refuses what lies ahead of its clock: nothing can have happened after it arrived.
        var time = e.Time < outgoing.AcceptedAt ? e.Time : outgoing.AcceptedAt;
        var writer = FragmentWriter.Start(fragment);
        writer.WriteStartObject();
        writer.WriteString("event_name"u8, NameOf(e));
        writer.WriteNumber("event_time"u8, time.ToUnixTimeSeconds());
        writer.WriteString("event_id"u8, outgoing.Id);
        writer.WriteString("action_source"u8, source.ToName());
        WriteText(writer, "event_source_url"u8, e.Url);
        WriteText(writer, "referrer_url"u8, e.Referrer);
        MetaUserData.Write(writer, e.Identifiers);
        if (HasCustomData(e)) WriteCustomData(writer, e);
        writer.WriteEndObject();
        writer.Flush();
        return null;
    }

    private static string? WhyNot(ConversionEvent e, ActionSource source)
    {
        if (source == ActionSource.Website && e.Identifiers[Identifier.UserAgent] is null)
        {
            return "Meta takes no website event without the browser's user agent: send client_user_agent, or another action_source";
        }
        if (source == ActionSource.Website && e.Url is null)
        {
            return "Meta takes no website event without the page's URL: send url, or another action_source";
        }
        if (e.Name == StandardEvents.Purchase && e.Value is null) return "Meta takes no purchase without a value";
        if (e.Name == StandardEvents.Purchase && e.Currency is not { Length: 3 }) return "Meta takes no purchase without a currency of three letters";
        return MetaUserData.WhyNot(e.Identifiers);
    }

    private static string NameOf(ConversionEvent e) => e.Name switch
    {
        StandardEvents.PageView => "PageView",
        StandardEvents.ViewContent => "ViewContent",
        StandardEvents.Search => "Search",
        StandardEvents.AddToCart => "AddToCart",
        StandardEvents.InitiateCheckout => "InitiateCheckout",
        StandardEvents.AddPaymentInfo => "AddPaymentInfo",
        StandardEvents.Purchase => "Purchase",
        StandardEvents.Lead => "Lead",
        StandardEvents.Signup => "CompleteRegistration",
        StandardEvents.Subscribe => "Subscribe",
        StandardEvents.Contact => "Contact",
        _ => e.SentName,
    };

    private static bool HasCustomData(ConversionEvent e) =>
        e.Value is not null || e.Currency is not null || e.OrderId is not null || e.Products.Count > 0 || e.ContentType is not null || e.ContentName is not null
        || e.ContentCategory is not null || e.NumItems is not null || e.SearchString is not null || !e.Properties.IsEmpty;

    private static void WriteCustomData(Utf8JsonWriter writer, ConversionEvent e)
    {
        writer.WriteStartObject("custom_data"u8);
        if (e.Value is { } value) writer.WriteNumber("value"u8, value);
        WriteText(writer, "currency"u8, e.Currency);
        WriteText(writer, "order_id"u8, e.OrderId);
        if (e.Products.Count > 0) WriteProducts(writer, e.Products);
        WriteText(writer, "content_type"u8, e.ContentType);
        WriteText(writer, "content_name"u8, e.ContentName);
        WriteText(writer, "content_category"u8, e.ContentCategory);
        if (e.NumItems is { } items) writer.WriteNumber("num_items"u8, items);
        WriteText(writer, "search_string"u8, e.SearchString);
        if (!e.Properties.IsEmpty) WriteProperties(writer, e.Properties.Span);
        writer.WriteEndObject();
    }

    private static void WriteProducts(Utf8JsonWriter writer, List<Product> products)
    {
        writer.WriteStartArray("content_ids"u8);
        foreach (var product in products) writer.WriteStringValue(product.Id);
        writer.WriteEndArray();
        writer.WriteStartArray("contents"u8);
        foreach (var product in products)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, product.Id);
            if (product.Quantity is { } quantity) writer.WriteNumber("quantity"u8, quantity);
            if (product.Price is { } price) writer.WriteNumber("item_price"u8, price);
            WriteText(writer, "title"u8, product.Name);
            WriteText(writer, "brand"u8, product.Brand);
            WriteText(writer, "category"u8, product.Category);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    /// <summary>Custom properties are scalars beside Meta's own; objects and lists are left out.</summary>
    private static void WriteProperties(Utf8JsonWriter writer, ReadOnlySpan<byte> properties)
    {
        var reader = new Utf8JsonReader(properties);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            var unescaped = reader.ValueIsEscaped ? reader.GetString() : null;
            reader.Read();
            var isScalar = reader.TokenType is JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False;
            if (!isScalar || IsWrittenAlready(name))
            {
                reader.Skip();
                continue;
            }
            if (unescaped is null) writer.WritePropertyName(name);
            else writer.WritePropertyName(unescaped);
            writer.WriteRawValue(properties[(int)reader.TokenStartIndex..(int)reader.BytesConsumed], skipInputValidation: true);
        }
    }

    private static bool IsWrittenAlready(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("value"u8) || name.SequenceEqual("currency"u8) || name.SequenceEqual("order_id"u8) || name.SequenceEqual("content_ids"u8)
        || name.SequenceEqual("contents"u8) || name.SequenceEqual("content_type"u8) || name.SequenceEqual("content_name"u8)
        || name.SequenceEqual("content_category"u8) || name.SequenceEqual("num_items"u8) || name.SequenceEqual("search_string"u8);

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null) writer.WriteString(name, text);
    }
}
