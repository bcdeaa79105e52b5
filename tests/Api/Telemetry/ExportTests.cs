using System.Text.Json.Nodes;

namespace Signalbox.Api.Tests.Telemetry;

/// <summary>In one collection with <see cref="TraceTests"/>, for an export records what every host of the process does.</summary>
[Collection(nameof(Telemetry))]
public sealed class ExportTests
{
    [Fact]
    public async Task I6_spans_and_metrics_reach_the_collector_and_nothing_personal_does()
    {
        await using var collector = await Collector.Start();
        await using (var api = await ApiHost.Start(new JsonObject { ["telemetry"] = new JsonObject { ["otlpEndpoint"] = collector.Url } }))
        {
            var e = ApiHost.Event(
                ("event_id", "order-4711"), ("user_data", new JsonObject { ["email"] = "jane.doe@example.com", ["phone"] = "+4915123456789", ["first_name"] = "Ermintrude" }));
            Assert.Equal(201, (await api.Send(e)).Status);
            Assert.Equal(200, (await api.Collect("""{ "site_key": "site_shop", "visitor_id": "visitor-4711" }""")).Status);
            await api.PassTimeUntil(async () => (await api.Get("/metrics")).Text.Contains("outcome=\"delivered\"} 1", StringComparison.Ordinal));
        }

        foreach (var span in new[] { "POST /api/v1/events", "POST /collect", "door", "container accept", "journal append", "deliver" }) Assert.Contains(span, collector.Traces);
        string[] instruments =
        [
            "requests", "events", "pending", "routed_events", "finished_events", "waiting_events", "parked_events", "destination_stopped", "actor.call.duration",
        ];
        foreach (var instrument in instruments) Assert.Contains($"signalbox.{instrument}", collector.Metrics);
        foreach (var actor in new[] { "container", "visitor", "destination", "workspace" }) Assert.Contains(actor, collector.Metrics);
        Assert.Contains("dotnet.process.cpu.time", collector.Metrics);
        foreach (var secret in new[] { "4711", "jane", "example.com", "4915123456789", "Ermintrude", ApiHost.Key, "198.51.100.4", "Browser/1.0" })
            Assert.DoesNotContain(secret, collector.Traces + collector.Metrics, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_collector_that_is_away_harms_nothing()
    {
        string nobody;
        await using (var gone = await Collector.Start()) nobody = gone.Url;
        await using var api = await ApiHost.Start(new JsonObject { ["telemetry"] = new JsonObject { ["otlpEndpoint"] = nobody } });
        Assert.Equal(201, (await api.Send(ApiHost.Event())).Status);
    }
}
