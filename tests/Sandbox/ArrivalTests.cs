using System.Net;
using System.Text.Json.Nodes;

namespace Signalbox.Sandbox.Tests;

public class ArrivalTests
{
    [Fact]
    public async Task A_request_is_shown_as_it_came_and_was_answered()
    {
        await using var host = new SandboxHost();
        host.Time.Advance(TimeSpan.FromMilliseconds(123));
        await host.Meta(host.Event("a"), host.Event("b"));

        var request = (await host.Requests()).Single()!;

        Assert.Equal("r1", request["id"]!.ToString());
        Assert.Equal("2026-10-01T12:00:00.123Z", request["time"]!.ToString());
        Assert.Equal(host.Time.Milliseconds, request["time_ms"]!.GetValue<long>());
        Assert.Equal(("meta", SandboxHost.Pixel), (request["platform"]!.ToString(), request["pixel"]!.ToString()));
        Assert.Equal(("POST", SandboxHost.MetaPath), (request["method"]!.ToString(), request["path"]!.ToString()));
        Assert.Equal("masked", request["headers"]!["Authorization"]!.ToString());
        Assert.Equal("b", request["body"]!["data"]![1]!["event_id"]!.ToString());
        Assert.Equal(2, request["event_count"]!.GetValue<int>());
        Assert.Equal(["a", "b"], request["event_ids"]!.AsArray().Select(id => id!.ToString()));
        Assert.Equal(200, request["answer"]!["status"]!.GetValue<int>());
        Assert.Equal(2, request["answer"]!["body"]!["events_received"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_body_that_is_not_JSON_is_shown_as_text()
    {
        await using var host = new SandboxHost();
        await host.Send(SandboxHost.MetaPath, new FormUrlEncodedContent([new("data", "x")]));
        Assert.Equal("data=x", (await host.Requests())[0]!["body"]!.ToString());
    }

    [Fact]
    public async Task Requests_are_filtered_and_the_newest_come_last()
    {
        await using var host = new SandboxHost();
        for (var i = 0; i < 5; i++)
        {
            await host.Meta(host.Event($"e{i}"));
            host.Time.Advance(TimeSpan.FromSeconds(1));
        }
        await host.Send("/sandbox/webhook/shop", SandboxHost.Text("{}"));

        async Task<string[]> Ids(string query) => [.. (await host.Requests(query)).Select(r => r!["id"]!.ToString())];

        Assert.Equal(["r5", "r6"], await Ids("?limit=2"));
        Assert.Equal(["r6"], await Ids("?platform=webhook&name=shop"));
        Assert.Equal(["r4", "r5"], await Ids($"?pixel={SandboxHost.Pixel}&since={FakeTime.Start.AddSeconds(3).ToUnixTimeMilliseconds()}"));
        Assert.Equal(["r5", "r6"], await Ids("?since=2026-10-01T12:00:04Z"));
        Assert.Empty(await Ids("?pixel=42"));
    }

    [Fact]
    public async Task Old_requests_go_but_counters_and_events_stay()
    {
        await using var host = new SandboxHost(new() { RecordedRequests = 3 });
        for (var i = 0; i < 10; i++) await host.Meta(host.Event($"e{i}"));

        Assert.Equal(["r8", "r9", "r10"], (await host.Requests()).Select(r => r!["id"]!.ToString()));
        Assert.Equal(10, (await host.Stats())["requests"]!.GetValue<int>());
        Assert.Equal(10, (await host.Events()).Length);
    }

    [Fact]
    public async Task Large_bodies_go_early()
    {
        await using var host = new SandboxHost(new() { RecordedBytes = 5000 });
        for (var i = 0; i < 3; i++) await host.Send(SandboxHost.MetaPath, SandboxHost.Text(new string(' ', 2000)));
        Assert.Equal(2, (await host.Requests()).Count);

        await host.Send(SandboxHost.MetaPath, SandboxHost.Text(new string(' ', 9000)));
        Assert.Single(await host.Requests());
    }

    [Fact]
    public async Task I1_every_accepted_event_is_streamed_with_its_arrival_and_how_often_it_was_seen()
    {
        await using var host = new SandboxHost();
        await host.Meta(host.Event("a"), host.Event("ü\"😀"));
        host.Time.Advance(TimeSpan.FromMilliseconds(1500));
        var withoutId = host.Event();
        withoutId.Remove("event_id");
        await host.Meta(host.Event("a"), withoutId);

        var start = FakeTime.Start.ToUnixTimeMilliseconds();
        var expected = new[]
        {
            ("a", start, "r1", 1), ("ü\"😀", start, "r1", 1), ("a", start + 1500, "r2", 2), (null, start + 1500, "r2", 1),
        };
        Assert.Equal(expected, (await host.Events()).Select(e =>
            ((string?)e["event_id"], e["received_at_ms"]!.GetValue<long>(), e["request_id"]!.ToString(), e["times_seen"]!.GetValue<int>())));
        Assert.All(await host.Events(), e => Assert.Equal("Purchase", e["event_name"]!.ToString()));
    }

    [Fact]
    public async Task I2_duplicates_are_counted_by_pixel_name_and_id_for_48_hours_and_never_refused()
    {
        await using var host = new SandboxHost();
        var lead = host.Event("a");
        lead["event_name"] = "Lead";
        await host.Meta(host.Event("a"), lead);
        Assert.Equal(0, (await host.Stats())["duplicates"]!.GetValue<int>());

        host.Time.Advance(TimeSpan.FromHours(48) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.OK, (await host.Meta(host.Event("a"))).Status);
        Assert.Equal(1, (await host.Stats())["duplicates"]!.GetValue<int>());

        host.Time.Advance(TimeSpan.FromMilliseconds(1));
        await host.Meta(host.Event("a"));
        Assert.Equal(1, (await host.Stats())["duplicates"]!.GetValue<int>());
        Assert.Equal(4, (await host.Stats())["events_accepted"]!.GetValue<int>());
        Assert.Equal(2, (await host.Stats())["distinct_event_ids"]!.GetValue<int>());

        await host.Send("/sandbox/meta/v25.0/42/events", SandboxHost.Json(new JsonObject { ["data"] = new JsonArray(host.Event("a")) }));
        Assert.Equal(1, (await host.Events("?platform=meta&pixel=42")).Single()["times_seen"]!.GetValue<int>());
    }

    [Theory]
    [InlineData(10, 1000, 7)]
    [InlineData(4, 3, 600_000)]
    public async Task Many_events_and_long_ids_keep_their_order(int batches, int events, int longest)
    {
        await using var host = new SandboxHost();
        string[] Ids(int batch) => [.. Enumerable.Range(0, events).Select(i => $"{batch}-{i}-{new string('x', (batch + i) * longest / 7 % longest)}")];
        for (var b = 0; b < batches; b++) await host.Meta([.. Ids(b).Select(host.Event)]);

        Assert.Equal(Enumerable.Range(0, batches).SelectMany(Ids), (await host.Events()).Select(e => e["event_id"]!.ToString()));
    }

    [Fact]
    public async Task Concurrent_requests_are_all_counted()
    {
        await using var host = new SandboxHost();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(sender => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++) await host.Meta(host.Event($"shared-{i}"), host.Event($"{sender}-{i}"));
        })));

        var stats = await host.Stats();
        Assert.Equal((400, 800, 450, 350), (
            stats["requests"]!.GetValue<int>(), stats["events_accepted"]!.GetValue<int>(),
            stats["distinct_event_ids"]!.GetValue<int>(), stats["duplicates"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Forgetting_clears_what_arrived_and_leaves_rules_and_faults()
    {
        await using var host = new SandboxHost();
        await host.Meta(host.Event());
        await host.Put("/sandbox/faults", """{"meta":{"kind":"error"}}""");

        Assert.Equal(HttpStatusCode.NoContent, (await host.Http.DeleteAsync("/sandbox/requests")).StatusCode);

        Assert.Empty(await host.Requests());
        Assert.Empty(await host.Events());
        Assert.Empty((await host.Get("/sandbox/stats"))["receivers"]!.AsArray());
        Assert.Single((await host.Get("/sandbox/faults")).AsObject());
    }

    [Theory]
    [InlineData("/requests?since=yesterday", "since")]
    [InlineData("/requests?limit=0", "limit")]
    [InlineData("/requests?limit=x", "limit")]
    [InlineData("/rate?pixel=1&perSecond=5", "platform")]
    [InlineData("/rate?platform=meta&perSecond=5", "pixel")]
    [InlineData("/rate?platform=meta&pixel=1", "perSecond")]
    [InlineData("/rate?platform=meta&pixel=1&perSecond=-1", "perSecond")]
    [InlineData("/rate?platform=meta&pixel=1&perSecond=NaN", "perSecond")]
    [InlineData("/rate?platform=meta&pixel=1&perSecond=1&burst=x", "burst")]
    public async Task A_wrong_question_is_told_by_its_field(string path, string field)
    {
        await using var host = new SandboxHost();
        var response = await host.Http.GetAsync($"/sandbox{path}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith($"{field}: ", JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!.ToString());
    }

    [Fact]
    public async Task The_index_tells_what_is_here()
    {
        await using var host = new SandboxHost();
        Assert.Contains("POST /sandbox/webhook/{name}", (await host.Get("/sandbox")).ToJsonString());
    }
}
