using System.Globalization;
using System.Text.Json.Nodes;

namespace Signalbox.Api.Tests.Collect;

public sealed class CollectTests
{
    [Fact]
    public async Task I5_what_a_browser_told_fills_the_gaps_of_an_event_and_explicit_values_win()
    {
        await using var api = await ApiHost.Start();
        var (status, body, _) = await api.Collect(
            """{ "site_key": "site_shop", "visitor_id": "v-1", "fbp": "fb.1.1.2", "gclid": "theirs", "url": "https://shop.example/?fbclid=IwAR-Click&ttclid=tt", "referrer": "https://x.example/" }""");
        api.Time.Advance(TimeSpan.FromMinutes(5));
        var identifiers = (await api.Accept(ApiHost.Event(("user_data", new JsonObject { ["visitor_id"] = "v-1", ["gclid"] = "mine" }))))["event"]!["identifiers"]!;

        var clickTime = FakeTime.Start.ToUnixTimeMilliseconds();
        Assert.Equal(200, status);
        Assert.Equal($$"""{"visitor_id":"v-1","fbp":"fb.1.1.2","fbc":"fb.1.{{clickTime}}.IwAR-Click"}""", body!.ToJsonString());
        Assert.Equal(("mine", "explicit"), Of(identifiers, "gclid"));
        Assert.Equal(($"fb.1.{clickTime}.IwAR-Click", "visitor"), Of(identifiers, "fbc"));
        Assert.Equal(("tt", "visitor"), Of(identifiers, "ttclid"));
        Assert.Equal(("198.51.100.4", "visitor"), Of(identifiers, "client_ip"));
        Assert.Equal(("Browser/1.0", "visitor"), Of(identifiers, "user_agent"));
    }

    [Fact]
    public async Task An_unknown_visitor_is_no_error()
    {
        await using var api = await ApiHost.Start();
        var reply = await api.Send(ApiHost.Event(("user_data", new JsonObject { ["visitor_id"] = "never-seen" })));
        Assert.Equal(201, reply.Status);
    }

    [Fact]
    public async Task Only_what_is_known_is_answered()
    {
        await using var api = await ApiHost.Start();
        var (_, body, _) = await api.Collect("""{ "site_key": "site_shop", "visitor_id": 17, "fbc": null, "fbp": "undefined" }""");
        Assert.Equal("""{"visitor_id":"17"}""", body!.ToJsonString());
    }

    [Theory]
    [InlineData("", 400, "body: expected a JSON object")]
    [InlineData("[]", 400, "body: expected a JSON object")]
    [InlineData("{", 400, "body: not valid JSON")]
    [InlineData("""{ "visitor_id": "v-1" }""", 400, "site_key: required")]
    [InlineData("""{ "site_key": "site_shop" }""", 400, "visitor_id: required")]
    [InlineData("""{ "site_key": "site_shop", "visitor_id": "" }""", 400, "visitor_id: required")]
    [InlineData("""{ "site_key": "site_shop", "visitor_id": "a@b.example" }""", 400, "visitor_id: expected letters")]
    [InlineData("""{ "site_key": "site_shop", "visitor_id": "0" }""", 400, "visitor_id: expected an id")]
    [InlineData("""{ "site_key": "site_shop", "visitor_id": "v", "fbp": {} }""", 400, "fbp: expected a string")]
    [InlineData("""{ "site_key": "site_shop", "visitor_id": "v", "fbp": "1", "fbp": "2" }""", 400, "fbp: stands twice")]
    [InlineData("""{ "site_key": "site_unknown", "visitor_id": "v" }""", 404, "site_key: no such site key")]
    public async Task Bad_input_is_named(string sent, int expectedStatus, string detail)
    {
        await using var api = await ApiHost.Start();
        var (status, body, _) = await api.Collect(sent);

        Assert.Equal(expectedStatus, status);
        Assert.StartsWith(detail, (string?)body!["detail"]);
    }

    [Theory]
    [InlineData(128, 200)]
    [InlineData(129, 400)]
    public async Task A_visitor_id_has_at_most_128_characters(int length, int expected)
    {
        await using var api = await ApiHost.Start();
        var (status, _, _) = await api.Collect($$"""{ "site_key": "site_shop", "visitor_id": "{{new string('v', length)}}" }""");
        Assert.Equal(expected, status);
    }

    [Fact]
    public async Task A_body_larger_than_64_kilobytes_is_413()
    {
        await using var api = await ApiHost.Start();
        var body = """{ "site_key": "site_shop", "visitor_id": "v" }""";

        Assert.Equal(200, (await api.Collect(body.PadRight(64 * 1024))).Status);
        Assert.Equal(413, (await api.Collect(body.PadRight((64 * 1024) + 1))).Status);
    }

    [Fact]
    public async Task An_address_may_ask_600_times_a_minute_of_a_site()
    {
        const string body = """{ "site_key": "site_shop", "visitor_id": "v" }""";
        await using var api = await ApiHost.Start();
        for (var request = 0; request < 600; request++) Assert.Equal(200, (await api.Collect(body)).Status);
        var refused = await api.Collect(body);
        var neighbour = await api.Collect(body, address: "198.51.100.5");
        api.Time.Advance(TimeSpan.FromSeconds(int.Parse(refused.Headers.RetryAfter.ToString(), CultureInfo.InvariantCulture)));

        Assert.Equal(429, refused.Status);
        Assert.Equal(200, neighbour.Status);
        Assert.Equal(200, (await api.Collect(body)).Status);
    }

    [Fact]
    public async Task One_ipv6_network_counts_as_one_address()
    {
        const string body = """{ "site_key": "site_shop", "visitor_id": "v" }""";
        await using var api = await ApiHost.Start();
        for (var request = 0; request < 600; request++) await api.Collect(body, address: $"2001:db8::{request:x}");

        Assert.Equal(429, (await api.Collect(body, address: "2001:db8::ffff")).Status);
        Assert.Equal(200, (await api.Collect(body, address: "2001:db8:0:1::1")).Status);
    }

    [Fact]
    public async Task I1_what_cannot_be_made_durable_is_503()
    {
        await using var api = await ApiHost.Start();
        api.Storage.CapacityBytes = 0;
        var (status, _, headers) = await api.Collect("""{ "site_key": "site_shop", "visitor_id": "v" }""");

        Assert.Equal(503, status);
        Assert.NotEmpty(headers.RetryAfter.ToString());
    }

    [Fact]
    public async Task Pages_of_any_origin_may_call_it_and_read_its_errors()
    {
        await using var api = await ApiHost.Start();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/collect");
        preflight.Headers.Add("Origin", "https://shop.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        var allowed = await Reply.Read(await api.Http.SendAsync(preflight));
        var (status, _, headers) = await api.Collect("{}", origin: "https://shop.example");

        Assert.Equal(204, allowed.Status);
        Assert.Equal("https://shop.example", allowed.Header("Access-Control-Allow-Origin"));
        foreach (var name in new[] { "Authorization", "Content-Type", "X-Retry-Count" }) Assert.Contains(name, allowed.Header("Access-Control-Allow-Headers"));
        Assert.Equal(400, status);
        Assert.Equal("https://shop.example", headers.AccessControlAllowOrigin.ToString());
        Assert.Contains("Retry-After", headers.AccessControlExposeHeaders.ToString());
        Assert.Empty(headers.WWWAuthenticate.ToString());
    }

    private static (string?, string?) Of(JsonNode identifiers, string name) => ((string?)identifiers[name]!["value"], (string?)identifiers[name]!["origin"]);
}
