using System.Globalization;
using System.Text;

namespace Signalbox.Bench.Ingest;

/// <summary>The events that are sent: purchases as in the README's example, of different people, who are known by different things.</summary>
internal static class Purchases
{
    public const string Container = "shop";

    /// <summary>How many different people buy.</summary>
    public const int People = 64;

    /// <summary>How many ways there are to name a person.</summary>
    public const int Variants = 4;

    private const string NumberMark = "##########";

    public static string VisitorId(int person) => string.Create(CultureInfo.InvariantCulture, $"visitor-{person:0000}");

    /// <summary>One body with the purchase's number in it.</summary>
    public static byte[] Body(int person, int variant, long number)
    {
        var body = Template(person, variant);
        foreach (var place in NumberPlaces(body)) WriteNumber(body.AsSpan(place), number);
        return body;
    }

    /// <summary>A whole request, in which only the purchase's number remains to be written.</summary>
    public static byte[] Request(int person, int variant)
    {
        var body = Template(person, variant);
        var head = string.Create(CultureInfo.InvariantCulture, $"""
            POST {SignalboxServer.EventsPath} HTTP/1.1
            Host: 127.0.0.1
            User-Agent: shop-backend/1.0
            Accept: application/json
            X-API-Key: {SignalboxServer.ApiKey}
            Content-Type: application/json
            Content-Length: {body.Length}


            """).ReplaceLineEndings("\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    /// <summary>Where the number belongs: in the event id and in the transaction id.</summary>
    public static int[] NumberPlaces(ReadOnlySpan<byte> request)
    {
        var mark = Encoding.ASCII.GetBytes(NumberMark);
        var first = request.IndexOf(mark);
        return [first, request.LastIndexOf(mark)];
    }

    public static void WriteNumber(Span<byte> place, long number)
    {
        for (var index = NumberMark.Length - 1; index >= 0; index--, number /= 10) place[index] = (byte)('0' + (number % 10));
    }

    private static byte[] Template(int person, int variant) => Encoding.UTF8.GetBytes($$"""
        {
          "event_name": "Purchase",
          "event_type": "conversion",
          "container_id": "{{Container}}",
          "payload": {
            "value": 49.90,
            "currency": "EUR",
            "transaction_id": "order-{{NumberMark}}",
            "items": [{ "id": "sku-7", "name": "Lantern", "price": 24.95, "quantity": 2 }]
          },
          "user_data": { {{UserData(person, variant)}} },
          "event_id": "order-{{NumberMark}}-purchase"
        }
        """);

    private static string UserData(int person, int variant)
    {
        var email = string.Create(CultureInfo.InvariantCulture, $"\"email\": \"Customer.{person:0000}@example.com\"");
        var phone = string.Create(CultureInfo.InvariantCulture, $"\"phone\": \"+49 171 555{person:0000}\"");
        var visitor = $"\"visitor_id\": \"{VisitorId(person)}\"";
        return variant switch
        {
            0 => $"{email}, {visitor}",
            1 => $"{email}, {phone}, {visitor}",
            2 => $"{email}, {phone}",
            _ => visitor,
        };
    }
}
