using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Signalbox.Core.Telemetry;

namespace Signalbox.Api.Tests.Telemetry;

public sealed class MeterTests
{
    [Fact]
    public async Task The_meter_says_what_the_metrics_page_says()
    {
        // Hosts of other tests share the meter's name, so this one's container has a name of its own.
        const string container = "metered";
        var workspaces = JsonNode.Parse($$"""
            [{
              "id": "acme", "plan": "pro", "keys": [{ "name": "all", "key": "{{ApiHost.Key}}" }],
              "containers": [{
                "id": "{{container}}",
                "destinations": [{ "id": "warehouse", "platform": "webhook", "settings": { "url": "https://warehouse.example/", "secret": "whsec_c2lnbmFsYm94LnNhbmRib3guZGVtby5zZWNyZXQ=" } }]
              }]
            }]
            """);
        await using var api = await ApiHost.Start(new JsonObject { ["workspaces"] = workspaces });
        using var measured = new Measured();
        for (var count = 0; count < 3; count++) Assert.Equal(201, (await api.Send(ApiHost.Event(("container_id", container)))).Status);
        await api.PassTimeUntil(async () => (await api.Get("/metrics")).Text.Contains("outcome=\"delivered\"} 3", StringComparison.Ordinal));
        api.Time.Advance(TimeSpan.FromSeconds(1));
        measured.Collect();

        Assert.Equal(3, measured.Last("signalbox.routed_events", ("container", container), ("destination", "warehouse"), ("platform", "webhook")));
        Assert.Equal(3, measured.Last("signalbox.finished_events", ("container", container), ("outcome", "delivered")));
        Assert.Equal(0, measured.Last("signalbox.finished_events", ("container", container), ("outcome", "rejected")));
        Assert.Equal(0, measured.Last("signalbox.waiting_events", ("container", container)));
        Assert.Equal(0, measured.Last("signalbox.parked_events", ("container", container)));
        Assert.Equal(0, measured.Last("signalbox.destination_stopped", ("container", container)));
        Assert.NotNull(measured.Last("signalbox.requests", ("dialect", "signals"), ("status", 201)));
        Assert.NotNull(measured.Last("signalbox.events", ("dialect", "signals"), ("result", "accepted")));
        Assert.NotNull(measured.Last("signalbox.pending"));
        foreach (var (actor, call) in new[] { ("container", "accept"), ("destination", "offer"), ("workspace", "grant") })
            Assert.NotNull(measured.Last("signalbox.actor.call.duration", ("actor", actor), ("call", call), ("outcome", "ok")));
    }

    /// <summary>Everything that instruments of the meter have said.</summary>
    private sealed class Measured : IDisposable
    {
        private readonly MeterListener listener = new();
        private readonly ConcurrentQueue<(string Instrument, double Value, KeyValuePair<string, object?>[] Tags)> said = new();

        public Measured()
        {
            listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ActorCall.MeterName) listener.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => said.Enqueue((instrument.Name, value, tags.ToArray())));
            listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => said.Enqueue((instrument.Name, value, tags.ToArray())));
            listener.Start();
        }

        public void Collect() => listener.RecordObservableInstruments();

        public double? Last(string instrument, params (string Name, object Value)[] tags) => said
            .Where(one => one.Instrument == instrument && tags.All(tag => one.Tags.Any(own => own.Key == tag.Name && tag.Value.Equals(own.Value))))
            .Select(one => (double?)one.Value).LastOrDefault();

        public void Dispose() => listener.Dispose();
    }
}
