using System.Text.Json.Nodes;

namespace Signalbox.Api.Tests.Signals;

/// <summary>What becomes of an event's fields, and what is forgiven.</summary>
public sealed class ForgivenTests
{
    [Theory]
    [InlineData("PageView", "page_view")]
    [InlineData("ViewContent", "view_content")]
    [InlineData("AddToCart", "add_to_cart")]
    [InlineData("InitiateCheckout", "initiate_checkout")]
    [InlineData("Purchase", "purchase")]
    [InlineData("Lead", "lead")]
    [InlineData("CompleteRegistration", "signup")]
    [InlineData("Subscribe", "subscribe")]
    [InlineData("Contact", "contact")]
    [InlineData("Search", "search")]
    [InlineData("add payment_info", "add_payment_info")]
    [InlineData("ORDER completed", "purchase")]
    [InlineData("demo_booked", "demo_booked")]
    public async Task Names_are_matched_whatever_their_spelling_and_own_ones_stay(string sent, string name)
    {
        await using var api = await ApiHost.Start();
        var e = (await api.Accept(ApiHost.Event(("event_name", sent))))["event"]!;

        Assert.Equal(name, (string?)e["name"]);
        Assert.Equal(sent, (string?)e["sent_name"]);
    }

    [Fact]
    public async Task Payload_fields_find_their_places_and_the_rest_is_kept()
    {
        await using var api = await ApiHost.Start();
        var e = (await api.Accept((JsonObject)JsonNode.Parse("""
            {
              "event_name": "Purchase", "event_type": "conversion", "container_id": "shop", "plan": "gold", "coupon": "top",
              "metadata": { "source": "crm", "coupon": "meta", "flags": [true, 1.50] },
              "payload": {
                "value": "99.90", "currency": "usd", "order_id": 1001, "num_items": "3", "content_type": "product", "content_name": "Bundle",
                "content_category": "Outdoor", "query": "tent", "coupon": "SPRING", "gift": { "wrap": true },
                "items": [
                  { "product_id": 7, "name": "Tent", "item_price": "80.00", "quantity": 1, "category": "Camping", "brand": "Acme" },
                  "sku-8", { "name": "no id" }
                ],
                "content_ids": ["ignored"], "url": "https://shop.example/thanks"
              }
            }
            """)!))["event"]!;

        Assert.Equal(99.90m, (decimal?)e["value"]);
        Assert.Equal("USD", (string?)e["currency"]);
        Assert.Equal("1001", (string?)e["order_id"]);
        Assert.Equal(3, (int?)e["num_items"]);
        Assert.Equal("tent", (string?)e["search_string"]);
        Assert.Equal("https://shop.example/thanks", (string?)e["url"]);
        Assert.Equal(
            """[{"id":"7","name":"Tent","category":"Camping","brand":"Acme","price":80.00,"quantity":1},{"id":"sku-8"}]""", e["products"]!.ToJsonString());
        Assert.Equal("""{"coupon":"SPRING","gift":{"wrap":true},"source":"crm","flags":[true,1.50],"plan":"gold"}""", e["properties"]!.ToJsonString());
        Assert.Contains(e["notes"]!.AsArray(), note => ((string?)note)!.Contains("have no id", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Content_ids_stand_in_for_items()
    {
        await using var api = await ApiHost.Start();
        var e = (await api.Accept(ApiHost.Event(("payload", JsonNode.Parse("""{ "content_ids": ["a", 2] }""")))))["event"]!;
        Assert.Equal("""[{"id":"a"},{"id":"2"}]""", e["products"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{ "event_id": null, "event_time": "", "user_data": null, "metadata": "", "consent": null, "url": "", "referrer": null, "action_source": "" }""")]
    [InlineData("""{ "payload": { "value": null, "currency": "", "items": null, "num_items": "", "transaction_id": null, "content_ids": "" } }""")]
    [InlineData("""{ "user_data": { "email": "", "phone": null, "visitor_id": "", "client_ip_address": null } }""")]
    public async Task Null_and_empty_mean_absent(string members)
    {
        await using var api = await ApiHost.Start();
        var changes = JsonNode.Parse(members)!.AsObject();
        var e = ApiHost.Event();
        foreach (var (name, value) in changes) e[name] = value?.DeepClone();
        var accepted = (await api.Accept(e))["event"]!.AsObject();

        Assert.Equal(["id", "name", "sent_name", "category", "time", "accepted_at", "action_source", "identifiers", "dialect"], accepted.Select(member => member.Key));
        Assert.Empty(accepted["identifiers"]!.AsObject());
    }

    [Theory]
    [InlineData("1704067200000", "2024-01-01T00:00:00Z")]
    [InlineData("1704067200", "2024-01-01T00:00:00Z")]
    [InlineData("99999999999", "5138-11-16T09:46:39Z")]
    [InlineData("100000000000", "1973-03-03T09:46:40Z")]
    [InlineData("\"1704067200000\"", "2024-01-01T00:00:00Z")]
    [InlineData("1704067200.5", "2024-01-01T00:00:00.5Z")]
    [InlineData("null", "2026-10-01T12:00:30Z")]
    public async Task Times_are_milliseconds_unless_they_can_only_be_seconds(string time, string expected)
    {
        await using var api = await ApiHost.Start();
        var e = (await api.Accept(ApiHost.Event(("event_time", JsonNode.Parse(time) ?? ""))))["event"]!;
        Assert.Equal(expected, (string?)e["time"]);
    }

    [Fact]
    public async Task Identifiers_are_hashed_at_once_and_placeholders_are_ignored()
    {
        await using var api = await ApiHost.Start();
        var e = (await api.Accept(ApiHost.Event(("user_data", JsonNode.Parse("""
            {
              "email": " Customer@Example.com ", "phone": 491512345678, "external_id": "user_123", "first_name": "null", "last_name": "Doe", "zip": "10115",
              "country": "DE", "fbp": "fb.1.1234567890.1234567890", "fbc": "undefined", "gclid": "0", "client_ip_address": "not an address", "nickname": "Jo"
            }
            """)))))["event"]!;
        var identifiers = e["identifiers"]!.AsObject();

        Assert.Equal(
            ["email_sha256", "phone_sha256", "external_id", "external_id_sha256", "last_name_sha256", "country_sha256", "fbp", "postal_code_sha256"],
            identifiers.Select(identifier => identifier.Key));
        Assert.All(identifiers, identifier => Assert.Equal("explicit", (string?)identifier.Value!["origin"]));
        // printf %s customer@example.com | sha256sum
        Assert.Equal("e233d4a29013e9d87150c6237c6777be", ((string?)identifiers["email_sha256"]!["value"])![..32]);
        var notes = e["notes"]!.ToJsonString();
        Assert.Contains("client_ip_address", notes);
        Assert.Contains("1 unknown fields of user_data", notes);
        Assert.DoesNotContain("Jo", e.ToJsonString());
    }

    [Fact]
    public async Task I6_what_is_personal_in_any_place_is_not_kept()
    {
        const string email = "jane.doe@example.com";
        await using var api = await ApiHost.Start();
        var reply = await api.Send(ApiHost.Event(
            ("event_id", email), ("event_name", $"Signup {email}"), ("url", $"https://shop.example/u/{email}?email={email}&fbclid=IwAR1&q=1"), ("referrer", $"https://x.example/?u={email}"),
            ("metadata", new JsonObject { ["note"] = $"call {email}", ["customer_email"] = "x" }), ("user_data", new JsonObject { ["external_id"] = email, ["gclid"] = email }),
            ("payload", new JsonObject { ["transaction_id"] = email, ["content_name"] = email, ["search_string"] = email, ["items"] = new JsonArray(new JsonObject { ["id"] = email }) })));
        Assert.Equal(201, reply.Status);
        var found = await api.Lookup(email);

        Assert.DoesNotContain("jane.doe", found.ToJsonString());
        Assert.Equal("https://shop.example/u/removed?fbclid=IwAR1&q=1", (string?)found["event"]!["url"]);
    }

    [Fact]
    public async Task Click_ids_in_the_page_address_count_as_given_but_explicit_ones_win()
    {
        await using var api = await ApiHost.Start();
        var identifiers = (await api.Accept(ApiHost.Event(
            ("event_time", 1759300000000), ("url", "https://shop.example/?gclid=from-url&fbclid=IwAR-From-Url&ttclid=tt"), ("user_data", new JsonObject { ["gclid"] = "explicit" }))))["event"]!["identifiers"]!;

        Assert.Equal("explicit", (string?)identifiers["gclid"]!["value"]);
        Assert.Equal("tt", (string?)identifiers["ttclid"]!["value"]);
        Assert.Equal("fb.1.1759300000000.IwAR-From-Url", (string?)identifiers["fbc"]!["value"]);
        Assert.Equal("explicit", (string?)identifiers["fbc"]!["origin"]);
    }

    [Theory]
    [InlineData(null, null, "system_generated")]
    [InlineData("https://shop.example/", "Browser/1.0", "website")]
    [InlineData("https://shop.example/", null, "system_generated")]
    public async Task An_event_happened_on_a_website_when_page_and_browser_are_known(string? url, string? userAgent, string expected)
    {
        await using var api = await ApiHost.Start();
        var person = userAgent is null ? new JsonObject() : new JsonObject { ["client_user_agent"] = userAgent };
        Assert.Equal(expected, (string?)(await api.Accept(ApiHost.Event(("url", url), ("user_data", person))))["event"]!["action_source"]);
    }

    [Fact]
    public async Task A_currency_that_is_no_code_and_a_count_that_is_none_are_left_out_and_noted()
    {
        await using var api = await ApiHost.Start();
        var e = (await api.Accept(ApiHost.Event(("payload", JsonNode.Parse("""{ "value": 5, "currency": "dollars", "num_items": 2.5 }""")))))["event"]!;

        Assert.Null(e["currency"]);
        Assert.Null(e["num_items"]);
        Assert.Contains("payload.currency", e["notes"]!.ToJsonString());
        Assert.Contains("payload.num_items", e["notes"]!.ToJsonString());
    }

    [Fact]
    public async Task A_payload_field_beside_the_payload_is_noted()
    {
        await using var api = await ApiHost.Start();
        var e = (await api.Accept(ApiHost.Event(("value", 5))))["event"]!;

        Assert.Null(e["properties"]);
        Assert.Contains("value was left out: it belongs into the payload", e["notes"]!.ToJsonString());
    }

    [Fact]
    public async Task A_byte_order_mark_is_forgiven()
    {
        await using var api = await ApiHost.Start();
        Assert.Equal(201, (await api.Send("\ufeff" + ApiHost.Event().ToJsonString())).Status);
    }

    /// <summary>The curl of signals-api.txt; only the placeholders for key and container are replaced.</summary>
    [Fact]
    public async Task The_pages_own_example_is_accepted_and_understood()
    {
        await using var api = await ApiHost.Start();
        var found = await api.Accept((JsonObject)JsonNode.Parse("""
            {
                "event_name": "Purchase",
                "event_type": "conversion",
                "container_id": "shop",
                "payload": {
                  "value": 99.99,
                  "currency": "USD",
                  "transaction_id": "txn_123456"
                },
                "user_data": {
                  "email": "customer@example.com",
                  "phone": "+1234567890",
                  "external_id": "user_123"
                },
                "event_id": "evt_unique_123",
                "event_time": 1704067200000
              }
            """)!);
        var e = found["event"]!;

        Assert.Equal("evt_unique_123", (string?)e["id"]);
        Assert.Equal("txn_123456", (string?)e["order_id"]);
        Assert.Equal("2024-01-01T00:00:00Z", (string?)e["time"]);
        Assert.Equal(["email_sha256", "phone_sha256", "external_id", "external_id_sha256"], e["identifiers"]!.AsObject().Select(identifier => identifier.Key));
    }
}
