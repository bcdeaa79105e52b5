using System.Diagnostics.Metrics;
using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Core.Telemetry;

namespace Signalbox.Api.Metrics;

/// <summary>What <see cref="MetricsEndpoint"/> shows, as instruments that are read when somebody collects them, and cost nothing until then.</summary>
internal sealed class ProcessMeter : IDisposable
{
    // All instruments of one collection share a reading.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly Meter meter = new(ActorCall.MeterName);
    private readonly Ledger ledger;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private (DateTimeOffset At, IReadOnlyList<LedgerLine> Lines) reading = (DateTimeOffset.MinValue, []);

    public ProcessMeter(RequestCounts counts, Ledger ledger, Door door, TimeProvider time)
    {
        (this.ledger, this.time) = (ledger, time);
        meter.CreateObservableCounter(
            "signalbox.requests", () => counts.Requests.Select(one => Of(one.Count, ("dialect", one.Dialect), ("status", one.Status))),
            "{request}", "Requests by dialect and status.");
        meter.CreateObservableCounter(
            "signalbox.events", () => counts.Events.Select(one => Of(one.Count, ("dialect", one.Dialect), ("result", one.Result))),
            "{event}", "Events by dialect and result.");
        meter.CreateObservableGauge("signalbox.pending", () => door.PendingBytes, "By", "Bytes of events on their way to containers.");
        meter.CreateObservableCounter(
            "signalbox.routed_events", () => Each(line => [Of(line.Accepted, Labels(line))]), "{event}", "Events accepted for a destination since it was made.");
        meter.CreateObservableCounter(
            "signalbox.finished_events", () => Each(line => LedgerNames.Outcomes(line).Select(one => Of(one.Count, [.. Labels(line), ("outcome", one.Outcome)]))),
            "{event}", "Events that ended at a destination, by outcome, since it was made.");
        meter.CreateObservableGauge("signalbox.waiting_events", () => Each(line => [Of(line.Waiting, Labels(line))]), "{event}", "Events that wait for a destination.");
        meter.CreateObservableGauge(
            "signalbox.parked_events", () => Each(line => [Of(line.Parked, Labels(line))]), "{event}",
            "Events parked by their own fault or behind a stopped destination.");
        meter.CreateObservableGauge(
            "signalbox.destination_stopped", () => Each(line => [Of(line.Stop is null ? 0 : 1, Labels(line))]), description: "1 while a whole destination waits.");
    }

    public void Dispose() => meter.Dispose();

    private IEnumerable<Measurement<long>> Each(Func<LedgerLine, IEnumerable<Measurement<long>>> measure) => Read().SelectMany(measure);

    /// <summary>Whoever collects has a thread for it and cannot await.</summary>
    private IReadOnlyList<LedgerLine> Read()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (now - reading.At < Freshness) return reading.Lines;
            try
            {
                reading = (now, Task.Run(ledger.Read).GetAwaiter().GetResult());
            }
            catch (StoreUnavailableException)
            {
                // Missing points tell the monitor.
                reading = (now, []);
            }
            return reading.Lines;
        }
    }

    private static (string, object)[] Labels(LedgerLine line) => [.. LedgerNames.Labels(line).Select(label => (label.Name, (object)label.Value))];

    private static Measurement<long> Of(long value, params ReadOnlySpan<(string Name, object Value)> labels)
    {
        var tags = new KeyValuePair<string, object?>[labels.Length];
        for (var index = 0; index < tags.Length; index++) tags[index] = new(labels[index].Name, labels[index].Value);
        return new Measurement<long>(value, tags);
    }
}
