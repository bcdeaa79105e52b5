using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Signalbox.Api.Tests.Signals;

/// <summary>Every row of the page's table of outcomes, with its headers.</summary>
public sealed class OutcomeTests
{
    [Fact]
    public async Task An_accepted_event_is_answered_as_the_page_says()
    {
        await using var api = await ApiHost.Start();
        var reply = await api.Send(ApiHost.Event(("event_name", "purchase "), ("event_type", "engagement"), ("event_id", "first")));

        Assert.Equal(201, reply.Status);
        Assert.Equal(
            ["id", "event_name", "event_type", "status", "webhooks_triggered", "created_at", "is_duplicate"],
            reply.Json.AsObject().Select(member => member.Key));
        Assert.StartsWith("evt_", (string?)reply.Json["id"]);
        Assert.Equal("purchase ", (string?)reply.Json["event_name"]);
        Assert.Equal("engagement", (string?)reply.Json["event_type"]);
        Assert.Equal("success", (string?)reply.Json["status"]);
        Assert.Equal(1, (int?)reply.Json["webhooks_triggered"]);
        Assert.Equal("2026-10-01T12:00:30Z", (string?)reply.Json["created_at"]);
        Assert.False((bool?)reply.Json["is_duplicate"]);
        Assert.Equal("application/json; charset=utf-8", reply.Message.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task A_duplicate_is_answered_with_the_first_ones_id_and_time()
    {
        await using var api = await ApiHost.Start();
        var first = await api.Send(ApiHost.Event(("event_id", "order-1")));
        api.Time.Advance(TimeSpan.FromHours(47));
        var second = await api.Send(ApiHost.Event(("event_id", "order-1"), ("event_name", "Lead")));

        Assert.Equal(200, second.Status);
        Assert.Equal((string?)first.Json["id"], (string?)second.Json["id"]);
        Assert.Equal((string?)first.Json["created_at"], (string?)second.Json["created_at"]);
        Assert.True((bool?)second.Json["is_duplicate"]);
        Assert.Equal("success", (string?)second.Json["status"]);
        Assert.Equal(0, (int?)second.Json["webhooks_triggered"]);
    }

    [Fact]
    public async Task Events_without_an_id_never_are_duplicates()
    {
        await using var api = await ApiHost.Start();
        foreach (var id in new JsonNode?[] { null, "", JsonValue.Create((string?)null) })
        {
            var e = ApiHost.Event(("event_id", id));
            Assert.Equal(201, (await api.Send(e)).Status);
            Assert.Equal(201, (await api.Send(e)).Status);
        }
    }

    [Fact]
    public async Task Consent_decides_how_many_destinations_are_triggered()
    {
        await using var api = await ApiHost.Start();
        var granted = await api.Send(ApiHost.Event(("consent", new JsonObject { ["granted"] = new JsonArray("marketing") })));
        var raw = await api.Send(ApiHost.Event(("consent", new JsonObject { ["raw"] = "analytics, Marketing" })));
        var denied = await api.Send(ApiHost.Event(("consent", new JsonObject { ["granted"] = new JsonArray() })));

        Assert.Equal(2, (int?)granted.Json["webhooks_triggered"]);
        Assert.Equal(2, (int?)raw.Json["webhooks_triggered"]);
        Assert.Equal(1, (int?)denied.Json["webhooks_triggered"]);
    }

    [Fact]
    public async Task Without_any_key_the_answer_names_the_three_ways_in()
    {
        await using var api = await ApiHost.Start();
        var reply = await api.Send("{}"u8.ToArray(), key: null);

        Assert.Equal(401, reply.Status);
        foreach (var way in new[] { "X-API-Key", "Basic", "Bearer" }) Assert.Contains(way, reply.Detail);
        Assert.Equal("Basic realm=\"signalbox\",Bearer", reply.Header("WWW-Authenticate"));
        Assert.Null(reply.Header("X-RateLimit-Limit"));
    }

    [Theory]
    [InlineData("Bearer capi_acme_all")]
    [InlineData("Basic Y2FwaV9hY21lX2FsbDo=")]
    public async Task A_scheme_that_is_not_served_yet_is_told_the_one_that_is(string authorization)
    {
        await using var api = await ApiHost.Start();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/events") { Content = new StringContent("{}") };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        var reply = await Reply.Read(await api.Http.SendAsync(request));

        Assert.Equal(401, reply.Status);
        Assert.Contains("X-API-Key", reply.Detail);
    }

    [Theory]
    [InlineData("capi_unknown")]
    [InlineData("capi_acme_al")]
    [InlineData("CAPI_ACME_ALL")]
    public async Task An_unknown_key_is_401(string key)
    {
        await using var api = await ApiHost.Start();
        var reply = await api.Send(ApiHost.Event(), key);

        Assert.Equal(401, reply.Status);
        Assert.Contains("X-API-Key", reply.Detail);
    }

    [Fact]
    public async Task A_key_longer_than_any_is_401()
    {
        await using var api = await ApiHost.Start();
        Assert.Equal(401, (await api.Send(ApiHost.Event(), new string('k', 5000))).Status);
    }

    [Theory]
    [InlineData(ApiHost.Key, "nowhere", "Purchase", 404, "Container not found")]
    [InlineData(ApiHost.Key, "theirs", "Purchase", 403, "container")]
    [InlineData(ApiHost.LimitedKey, "blog", "Purchase", 403, "container")]
    [InlineData(ApiHost.LimitedKey, "shop", "Lead", 403, "event_name")]
    [InlineData(ApiHost.LimitedKey, "shop", "Demo Started", 403, "event_name")]
    [InlineData(ApiHost.LimitedKey, "shop", "Order Completed", 201, "")]
    [InlineData(ApiHost.LimitedKey, "shop", "Demo Booked", 201, "")]
    [InlineData(ApiHost.BrowserKey, "shop", "Purchase", 403, "scope")]
    [InlineData("capi_globex", "theirs", "Purchase", 201, "")]
    public async Task A_key_opens_its_own_containers_and_event_types(string key, string container, string name, int status, string detail)
    {
        await using var api = await ApiHost.Start();
        var reply = await api.Send(ApiHost.Event(("container_id", container), ("event_name", name)), key);

        Assert.Equal(status, reply.Status);
        if (detail.Length > 0) Assert.Contains(detail, reply.Detail);
        Assert.NotNull(reply.Header("X-RateLimit-Limit"));
    }

    [Fact]
    public async Task Every_authenticated_answer_says_what_is_left_of_the_minute()
    {
        await using var api = await ApiHost.Start();
        var endOfMinute = new DateTimeOffset(2026, 10, 1, 12, 1, 0, TimeSpan.Zero).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        foreach (var (body, index) in new[] { ApiHost.Event().ToJsonString(), "not json", "{}" }.Select((body, index) => (body, index)))
        {
            var reply = await api.Send(body);
            Assert.Equal("1000", reply.Header("X-RateLimit-Limit"));
            Assert.Equal((999 - index).ToString(CultureInfo.InvariantCulture), reply.Header("X-RateLimit-Remaining"));
            Assert.Equal(endOfMinute, reply.Header("X-RateLimit-Reset"));
        }
    }

    [Fact]
    public async Task Over_the_limit_the_answer_is_429_until_the_minute_ends()
    {
        await using var api = await ApiHost.Start();
        for (var request = 0; request < ApiHost.RateLimit; request++) Assert.Equal(400, (await api.Send("{}")).Status);
        var refused = await api.Send(ApiHost.Event());
        var neighbour = await api.Send(ApiHost.Event(("container_id", "theirs")), "capi_globex");
        api.Time.Advance(TimeSpan.FromSeconds(int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture)));
        var again = await api.Send(ApiHost.Event());

        Assert.Equal(429, refused.Status);
        Assert.Equal("30", refused.Header("Retry-After"));
        Assert.Equal("0", refused.Header("X-RateLimit-Remaining"));
        Assert.Equal(201, neighbour.Status);
        Assert.Equal(201, again.Status);
        Assert.Equal("999", again.Header("X-RateLimit-Remaining"));
    }

    [Fact]
    public async Task I1_what_cannot_be_made_durable_is_503_with_a_time_to_come_again()
    {
        await using var api = await ApiHost.Start();
        api.Storage.CapacityBytes = 0;
        var refused = await api.Send(ApiHost.Event(("event_id", "order-1")));
        api.Storage.CapacityBytes = long.MaxValue;
        var again = await api.Send(ApiHost.Event(("event_id", "order-1")));

        Assert.Equal(503, refused.Status);
        Assert.InRange(int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 60);
        Assert.NotNull(refused.Header("X-RateLimit-Limit"));
        Assert.Equal(201, again.Status);
    }

    [Fact]
    public async Task Before_recovery_is_over_events_are_503_and_the_process_is_alive_but_not_ready()
    {
        await using var api = await ApiHost.Start(recover: false);

        Assert.Equal(503, (await api.Send(ApiHost.Event())).Status);
        Assert.Equal(200, (await api.Get("/health/live")).Status);
        Assert.Equal(503, (await api.Get("/health/ready")).Status);
    }

    [Theory]
    [InlineData("application/json", 201)]
    [InlineData("application/json; charset=utf-8", 201)]
    [InlineData("Application/JSON;charset=iso-8859-1", 201)]
    [InlineData("text/plain", 400)]
    [InlineData("application/x-www-form-urlencoded", 400)]
    [InlineData("application/jsonp", 400)]
    [InlineData(null, 400)]
    public async Task Only_json_is_taken(string? contentType, int status)
    {
        await using var api = await ApiHost.Start();
        var reply = await api.Send(Encoding.UTF8.GetBytes(ApiHost.Event().ToJsonString()), contentType: contentType);

        Assert.Equal(status, reply.Status);
        if (status == 400) Assert.Contains("Content-Type", reply.Detail);
    }

    [Fact]
    public async Task Gzip_is_taken_and_what_is_no_gzip_is_400()
    {
        await using var api = await ApiHost.Start();
        var packed = Gzip(Encoding.UTF8.GetBytes(ApiHost.Event().ToJsonString()));

        Assert.Equal(201, (await api.Send(packed, contentEncoding: "gzip")).Status);
        Assert.Contains("gzip", (await api.Send("{}"u8.ToArray(), contentEncoding: "gzip")).Detail);
        Assert.Equal(400, (await api.Send(packed[..^12], contentEncoding: "gzip")).Status);
        Assert.Equal(400, (await api.Send(packed[..20], contentEncoding: "gzip")).Status);
        Assert.Contains("Content-Encoding", (await api.Send(packed, contentEncoding: "br")).Detail);
    }

    [Fact]
    public async Task Other_methods_and_paths_get_a_detail_too()
    {
        await using var api = await ApiHost.Start();
        var method = await api.Get("/api/v1/events");
        var path = await api.Get("/api/v2/events.json");

        Assert.Equal((405, 404), (method.Status, path.Status));
        Assert.Contains("POST", method.Detail);
        Assert.NotEmpty(path.Detail);
    }

    internal static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
