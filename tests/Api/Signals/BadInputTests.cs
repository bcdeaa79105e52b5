using System.Text;
using System.Text.Json.Nodes;

namespace Signalbox.Api.Tests.Signals;

/// <summary>Whatever is sent, the answer is a 4xx that names the field and what was expected, and never repeats a value.</summary>
public sealed class BadInputTests
{
    private const int EventLimit = 256 * 1024;

    [Theory]
    [InlineData("event_name", null, "event_name: required")]
    [InlineData("event_name", "\"\"", "event_name: required")]
    [InlineData("event_name", "5", "event_name: expected a string")]
    [InlineData("event_type", null, "event_type: required")]
    [InlineData("event_type", "\"secret\"", "event_type: expected conversion or engagement")]
    [InlineData("container_id", null, "container_id: required")]
    [InlineData("container_id", "{}", "container_id: expected a string")]
    [InlineData("payload", null, "payload: required, expected an object")]
    [InlineData("payload", "null", "payload: required, expected an object")]
    [InlineData("payload", "[]", "payload: expected an object")]
    [InlineData("payload", "\"secret\"", "payload: expected an object")]
    [InlineData("payload", """{ "value": "secret" }""", "payload.value: expected a number")]
    [InlineData("payload", """{ "value": "99,99" }""", "payload.value: expected a number")]
    [InlineData("payload", """{ "value": true }""", "payload.value: expected a number")]
    [InlineData("payload", """{ "value": {} }""", "payload.value: expected a number")]
    [InlineData("payload", """{ "value": 1e400 }""", "payload.value: expected a number")]
    [InlineData("payload", """{ "value": "NaN" }""", "payload.value: expected a number")]
    [InlineData("payload", """{ "currency": ["secret"] }""", "payload.currency: expected a string")]
    [InlineData("payload", """{ "items": { "id": "secret" } }""", "payload.items: expected an array")]
    [InlineData("payload", """{ "items": [true] }""", "payload.items: expected a string")]
    [InlineData("payload", """{ "items": [{ "id": [] }] }""", "payload.items[].id: expected a string")]
    [InlineData("payload", """{ "items": [{ "id": "1", "price": "secret" }] }""", "payload.items[].price: expected a number")]
    [InlineData("payload", """{ "num_items": "many" }""", "payload.num_items: expected a number")]
    [InlineData("payload", """{ "content_ids": "secret" }""", "payload.content_ids: expected an array")]
    [InlineData("user_data", "[]", "user_data: expected an object")]
    [InlineData("user_data", """{ "email": ["secret"] }""", "user_data.email: expected a string")]
    [InlineData("user_data", """{ "phone": false }""", "user_data.phone: expected a string")]
    [InlineData("metadata", "\"secret\"", "metadata: expected an object")]
    [InlineData("event_id", "{}", "event_id: expected a string")]
    [InlineData("event_time", "\"2024-01-01T00:00:00Z\"", "event_time: expected Unix milliseconds")]
    [InlineData("event_time", "1e30", "event_time: expected Unix milliseconds")]
    [InlineData("event_time", "253402300800000", "event_time: expected Unix milliseconds")]
    [InlineData("event_time", "-62135596800001", "event_time: expected Unix milliseconds")]
    [InlineData("event_time", "[]", "event_time: expected Unix milliseconds")]
    [InlineData("url", "5", "url: expected a string")]
    [InlineData("action_source", "\"secret\"", "action_source: expected one of website, email, app")]
    [InlineData("consent", "\"secret\"", "consent: expected an object")]
    [InlineData("consent", """{ "granted": "secret" }""", "consent.granted: expected an array")]
    [InlineData("consent", """{ "granted": [5] }""", "consent.granted: expected a string")]
    public async Task A_wrong_type_or_a_missing_field_is_named(string name, string? json, string expected)
    {
        await using var api = await ApiHost.Start();
        var e = ApiHost.Event();
        if (json is null) e.Remove(name);
        else e[name] = JsonNode.Parse(json);
        var reply = await api.Send(e);

        Assert.Equal(400, reply.Status);
        Assert.StartsWith(expected, reply.Detail);
        Assert.DoesNotContain("secret", reply.Detail);
    }

    [Theory]
    [InlineData("", "body: expected a JSON object")]
    [InlineData("  \n", "body: expected a JSON object")]
    [InlineData("null", "body: expected a JSON object")]
    [InlineData("[]", "body: expected a JSON object")]
    [InlineData("\"secret\"", "body: expected a JSON object")]
    [InlineData("{", "body: not valid JSON at line 1, byte 2")]
    [InlineData("secret", "body: not valid JSON at line 1, byte 1")]
    [InlineData("{\"event_name\":\"secret", "body: not valid JSON")]
    [InlineData("{\"event_name\":\"Purchase\",}", "body: not valid JSON")]
    [InlineData("{} {}", "body: not valid JSON")]
    [InlineData("{'event_name':1}", "body: not valid JSON")]
    [InlineData("{/* secret */}", "body: not valid JSON")]
    [InlineData("{\"event_name\":NaN}", "body: not valid JSON")]
    public async Task What_is_no_json_object_is_said_with_its_place(string body, string expected)
    {
        await using var api = await ApiHost.Start();
        var reply = await api.Send(body);

        Assert.Equal(400, reply.Status);
        Assert.StartsWith(expected, reply.Detail);
        Assert.DoesNotContain("secret", reply.Detail);
    }

    [Fact]
    public async Task Every_truncation_of_a_good_event_is_400()
    {
        await using var api = await ApiHost.Start();
        var body = Encoding.UTF8.GetBytes(ApiHost.Event(("user_data", new JsonObject { ["first_name"] = "Zoë" }), ("metadata", new JsonObject { ["a"] = new JsonArray(1, "b") })).ToJsonString());
        for (var length = 0; length < body.Length; length++)
        {
            var reply = await api.Send(body[..length]);
            Assert.Equal(400, reply.Status);
            Assert.NotEmpty(reply.Detail);
        }
    }

    [Theory]
    [InlineData("""{ "event_name": "Purchase", "event_name": "Lead" }""", "event_name: stands twice")]
    [InlineData("""{ "event_name": "Purchase", "event\u005fname": "Lead" }""", "event_name: stands twice")]
    [InlineData("""{ "container_id": "shop", "container_id": "shop" }""", "container_id: stands twice")]
    [InlineData("""{ "user_data": { "email": "a", "email": "b" } }""", "user_data.email: stands twice")]
    [InlineData("""{ "user_data": { "other": "a", "other": "b" } }""", "user_data.other: stands twice")]
    [InlineData("""{ "plan": 1, "plan": 2 }""", "plan: stands twice")]
    [InlineData("""{ "a@example.com": 1, "a@example.com": 2 }""", "[removed]: stands twice")]
    public async Task A_name_that_stands_twice_is_400(string body, string expected)
    {
        await using var api = await ApiHost.Start();
        var reply = await api.Send(body);

        Assert.Equal(400, reply.Status);
        Assert.StartsWith(expected, reply.Detail);
    }

    [Theory]
    [InlineData("""{ "value": 1, "value": 2 }""", "payload.value")]
    [InlineData("""{ "coupon": 1, "coupon": 2 }""", "payload.coupon")]
    [InlineData("""{ "gift": { "wrap": 1, "wrap": 2 } }""", "payload.gift.wrap")]
    [InlineData("""{ "gifts": [{ "a": 1 }, { "wrap": 1, "wrap": 2 }] }""", "payload.gifts[1].wrap")]
    [InlineData("""{ "items": [{ "id": "1", "id": "2" }] }""", "payload.items[].id")]
    public async Task A_name_that_stands_twice_within_the_payload_is_400(string payload, string path)
    {
        await using var api = await ApiHost.Start();
        var reply = await api.Send($$"""{ "event_name": "Lead", "event_type": "conversion", "container_id": "shop", "payload": {{payload}} }""");

        Assert.Equal(400, reply.Status);
        Assert.StartsWith($"{path}: stands twice", reply.Detail);
    }

    [Theory]
    [InlineData("payload", """{ "content_name": "\ud800" }""", "payload.content_name")]
    [InlineData("payload", """{ "note": "\udc00" }""", "payload.note")]
    [InlineData("payload", """{ "\ud800": 1 }""", "payload.?")]
    [InlineData("metadata", """{ "a": ["\ud83d"] }""", "metadata.a[0]")]
    [InlineData("event_id", "\"\\ud800\"", "event_id")]
    [InlineData("user_data", """{ "email": "\ud800x" }""", "user_data.email")]
    public async Task A_lone_surrogate_is_400(string name, string json, string path)
    {
        await using var api = await ApiHost.Start();
        var body = ApiHost.Event((name, "PLACE")).ToJsonString().Replace("\"PLACE\"", json, StringComparison.Ordinal);
        var reply = await api.Send(body);

        Assert.Equal(400, reply.Status);
        Assert.StartsWith(path, reply.Detail);
    }

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { 0xc3, 0x28 })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    [InlineData(new byte[] { 0xf8, 0x88, 0x80, 0x80, 0x80 })]
    public async Task Invalid_utf8_is_400_wherever_it_stands(byte[] bytes)
    {
        await using var api = await ApiHost.Start();
        foreach (var name in new[] { "event_id", "customer_email", "plan" })
        {
            var parts = ApiHost.Event((name, "PLACE")).ToJsonString().Split("PLACE");
            var reply = await api.Send([.. Encoding.UTF8.GetBytes(parts[0]), .. bytes, .. Encoding.UTF8.GetBytes(parts[1])]);
            Assert.Equal(400, reply.Status);
            Assert.Equal("body: expected UTF-8", reply.Detail);
        }
    }

    [Theory]
    [InlineData(30, 201)]
    [InlineData(31, 400)]
    [InlineData(100_000, 400)]
    public async Task Nesting_is_taken_to_32_levels(int arrays, int status)
    {
        await using var api = await ApiHost.Start();
        var body = ApiHost.Event(("payload", "PLACE")).ToJsonString().Replace(
            "\"PLACE\"", $"{{\"a\":{new string('[', arrays)}{new string(']', arrays)}}}", StringComparison.Ordinal);
        var reply = await api.Send(body);

        Assert.Equal(status, reply.Status);
        if (status == 400) Assert.Contains("32 levels", reply.Detail);
    }

    [Theory]
    [InlineData("event_id", 256)]
    [InlineData("event_name", 128)]
    [InlineData("url", 8192)]
    [InlineData("referrer", 8192)]
    public async Task A_string_is_taken_up_to_its_limit(string name, int limit)
    {
        await using var api = await ApiHost.Start();

        Assert.Equal(201, (await api.Send(ApiHost.Event((name, new string('x', limit))))).Status);
        var reply = await api.Send(ApiHost.Event((name, new string('x', limit + 1))));
        Assert.Equal(400, reply.Status);
        Assert.Equal($"{name}: expected at most {limit} characters", reply.Detail);
    }

    [Fact]
    public async Task A_huge_string_in_a_known_field_is_400()
    {
        await using var api = await ApiHost.Start();
        var reply = await api.Send(ApiHost.Event(("user_data", new JsonObject { ["email"] = new string('a', 200_000) })));

        Assert.Equal(400, reply.Status);
        Assert.StartsWith("user_data.email: expected at most", reply.Detail);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_event_is_taken_up_to_256_kilobytes_inflated(bool packed)
    {
        await using var api = await ApiHost.Start();
        foreach (var (length, status) in new[] { (EventLimit, 201), (EventLimit + 1, 413), (5 << 20, 413) })
        {
            var body = Padded(length);
            var reply = await (packed ? api.Send(OutcomeTests.Gzip(body), contentEncoding: "gzip") : api.Send(body));
            Assert.Equal(status, reply.Status);
            if (status != 413) continue;
            Assert.Contains("256 KB", reply.Detail);
            Assert.NotNull(reply.Header("X-RateLimit-Limit"));
        }
    }

    [Fact]
    public async Task A_body_without_a_length_is_limited_all_the_same()
    {
        await using var api = await ApiHost.Start();
        foreach (var (length, status) in new[] { (EventLimit, 201), (EventLimit + 1, 413) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/events") { Content = new StreamContent(new MemoryStream(Padded(length))) };
            request.Headers.Add("X-API-Key", ApiHost.Key);
            request.Headers.TransferEncodingChunked = true;
            request.Content.Headers.Add("Content-Type", "application/json");
            Assert.Equal(status, (int)(await api.Http.SendAsync(request)).StatusCode);
        }
    }

    private static byte[] Padded(int length)
    {
        var body = ApiHost.Event().ToJsonString();
        return Encoding.UTF8.GetBytes(body + new string(' ', length - body.Length));
    }
}
