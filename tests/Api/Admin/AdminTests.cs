using System.Text;
using System.Text.Json.Nodes;
using Signalbox.Core.Ports;

namespace Signalbox.Api.Tests.Admin;

public sealed class AdminTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    [InlineData(ApiHost.Key)]
    public async Task Only_the_admin_key_opens_it(string? key)
    {
        await using var api = await ApiHost.Start();
        foreach (var path in new[] { "/admin/v1/ledger", "/admin/v1/containers/shop/events/x" })
        {
            var reply = await api.Get(path, key);
            Assert.Equal(401, reply.Status);
            Assert.Equal("application/problem+json", reply.Message.Content.Headers.ContentType?.MediaType);
            Assert.Equal(["type", "title", "status", "detail"], reply.Json.AsObject().Select(member => member.Key));
        }
    }

    [Fact]
    public async Task Without_an_admin_key_in_the_configuration_it_is_off()
    {
        await using var api = await ApiHost.Start(new JsonObject { ["adminKey"] = null });
        var reply = await api.Get("/admin/v1/ledger", "");

        Assert.Equal(403, reply.Status);
        Assert.Contains("adminKey", reply.Detail);
    }

    [Fact]
    public async Task An_event_is_found_by_its_own_id_and_by_ours_with_its_state_at_every_destination()
    {
        await using var api = await ApiHost.Start();
        api.Sender.Answer = new PlatformAnswer.Answered(200, null, "fine"u8.ToArray());
        var sent = await api.Send(ApiHost.Event(("event_id", "order/1001")));
        await api.PassTimeUntil(async () => (string?)(await api.Lookup("order/1001"))["deliveries"]![0]!["state"] == "delivered");
        var found = await api.Lookup("order/1001");

        Assert.Equal((string?)sent.Json["id"], (string?)found["id"]);
        Assert.Equal(found.ToJsonString(), (await api.Lookup((string)sent.Json["id"]!)).ToJsonString());
        Assert.Equal("order/1001", (string?)found["event"]!["id"]);
        Assert.Equal("shop", (string?)found["container"]);
        var (warehouse, marketing) = (found["deliveries"]![0]!, found["deliveries"]![1]!);
        Assert.Equal(("warehouse", "webhook", "delivered"), ((string?)warehouse["destination"], (string?)warehouse["platform"], (string?)warehouse["state"]));
        var attempt = Assert.Single(warehouse["attempts"]!.AsArray())!;
        Assert.Equal(("delivered", 200, 1), ((string?)attempt["outcome"], (int?)attempt["status"], (int?)attempt["events"]));
        Assert.Equal("consent_denied", (string?)marketing["state"]);
        Assert.NotNull(marketing["reason"]);
    }

    [Theory]
    [InlineData("/admin/v1/containers/shop/events/unknown")]
    [InlineData("/admin/v1/containers/nowhere/events/unknown")]
    public async Task What_is_not_there_is_a_404(string path)
    {
        await using var api = await ApiHost.Start();
        var reply = await api.Get(path, ApiHost.AdminKey);

        Assert.Equal(404, reply.Status);
        Assert.NotEmpty(reply.Detail);
    }

    [Fact]
    public async Task I3_the_ledger_shows_where_every_event_is_and_balances()
    {
        await using var api = await ApiHost.Start();
        for (var number = 0; number < 3; number++) await api.Send(ApiHost.Event());
        await api.PassTimeUntil(async () => (int?)(await Ledger(api))["totals"]!["delivered"] == 3);
        var ledger = await Ledger(api);

        Assert.True((bool?)ledger["balances"]);
        Assert.Equal(["warehouse", "marketing"], ledger["lines"]!.AsArray().Select(line => (string?)line!["destination"]));
        Assert.Equal((3, 3, 0), Of(ledger["lines"]![0]!));
        Assert.Equal((3, 0, 3), Of(ledger["lines"]![1]!));
        Assert.Equal((6, 3, 3), Of(ledger["totals"]!));
    }

    [Fact]
    public async Task Metrics_are_prometheus_text_and_count_what_happened()
    {
        await using var api = await ApiHost.Start();
        await api.Send(ApiHost.Event(("event_id", "one")));
        await api.Send(ApiHost.Event(("event_id", "one")));
        await api.Send("{");
        await api.Send(Encoding.UTF8.GetBytes("{}"), key: null);
        await api.Collect("{}");
        var reply = await api.Get("/metrics");

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", reply.Message.Content.Headers.ContentType?.ToString());
        foreach (var line in new[]
        {
            "signalbox_requests_total{dialect=\"signals\",status=\"201\"} 1",
            "signalbox_requests_total{dialect=\"signals\",status=\"200\"} 1",
            "signalbox_requests_total{dialect=\"signals\",status=\"400\"} 1",
            "signalbox_requests_total{dialect=\"none\",status=\"401\"} 1",
            "signalbox_requests_total{dialect=\"collect\",status=\"400\"} 1",
            "signalbox_events_total{dialect=\"signals\",result=\"accepted\"} 1",
            "signalbox_events_total{dialect=\"signals\",result=\"duplicate\"} 1",
            "signalbox_routed_events_total{container=\"shop\",destination=\"warehouse\",platform=\"webhook\"} 1",
            "signalbox_finished_events_total{container=\"shop\",destination=\"marketing\",platform=\"webhook\",outcome=\"consent_denied\"} 1",
        }) Assert.Contains(line, reply.Text.Split('\n'));
        Assert.All(reply.Text.TrimEnd('\n').Split('\n'), line => Assert.Matches("^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+({([a-z_]+=\"[^\"]*\",?)+})? -?[0-9.E+]+)$", line));
    }

    [Fact]
    public async Task It_is_ready_as_long_as_the_store_can_be_written()
    {
        await using var api = await ApiHost.Start();
        api.Storage.CapacityBytes = 0;
        var full = await api.Get("/health/ready");
        api.Storage.CapacityBytes = long.MaxValue;
        api.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(503, full.Status);
        Assert.Contains("written", full.Detail);
        Assert.Equal(200, (await api.Get("/health/live")).Status);
        Assert.Equal(200, (await api.Get("/health/ready")).Status);
    }

    private static async Task<JsonNode> Ledger(ApiHost api) => (await api.Get("/admin/v1/ledger", ApiHost.AdminKey)).Json;

    private static (int?, int?, int?) Of(JsonNode line) => ((int?)line["accepted"], (int?)line["delivered"], (int?)line["consent_denied"]);
}
