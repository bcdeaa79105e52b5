namespace Signalbox.Api.OpenApi;

internal static class Examples
{
    public static readonly Example SignalsEvent = new(null, """
        {
          "event_name": "Purchase",
          "event_type": "conversion",
          "container_id": "shop",
          "payload": {
            "value": 49.90,
            "currency": "EUR",
            "transaction_id": "order-1001",
            "items": [{ "id": "sku-7", "name": "Lantern", "price": 24.95, "quantity": 2 }]
          },
          "user_data": { "email": "customer@example.com", "visitor_id": "demo-visitor" },
          "event_id": "order-1001-purchase"
        }
        """);

    public static readonly Example SignalsCreated = new("201", SignalsAnswer(isDuplicate: "false", queued: 2));

    public static readonly Example SignalsDuplicate = new("200", SignalsAnswer(isDuplicate: "true", queued: 0));

    public static readonly Example Collect = new(null, """
        { "site_key": "site_shop", "visitor_id": "demo-visitor", "url": "https://shop.example/?fbclid=IwAR-demo", "referrer": "https://www.facebook.com/" }
        """);

    public static readonly Example Collected = new("200", """
        { "visitor_id": "demo-visitor", "fbc": "fb.1.1767225600000.IwAR-demo" }
        """);

    private static string SignalsAnswer(string isDuplicate, int queued) => $$"""
        {
          "id": "evt_5f2b8c1d9e3a47065f2b8c1d9e3a4706",
          "event_name": "Purchase",
          "event_type": "conversion",
          "status": "success",
          "webhooks_triggered": {{queued}},
          "created_at": "2026-01-01T00:00:00Z",
          "is_duplicate": {{isDuplicate}}
        }
        """;
}
