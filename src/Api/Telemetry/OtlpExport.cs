using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Signalbox.Core.Telemetry;

namespace Signalbox.Api.Telemetry;

/// <summary>
/// Sends spans and metrics to a collector, by OTLP over HTTP. All else is as OpenTelemetry's environment variables say, such as
/// <c>OTEL_TRACES_SAMPLER</c>. A collector that is away costs nothing but what would have been sent.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    // What is left must not hold up the process's end for long.
    private const int FlushMilliseconds = 2000;

    private readonly TracerProvider traces;
    private readonly MeterProvider metrics;

    /// <param name="collector">Its address, without <c>/v1/traces</c>.</param>
    /// <param name="version">The program's.</param>
    public OtlpExport(Uri collector, string version)
    {
        var resource = ResourceBuilder.CreateEmpty().AddService("signalbox", serviceVersion: version).AddTelemetrySdk().AddEnvironmentVariableDetector();
        traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Traces.SourceName)
            .AddOtlpExporter(options => Send(options, collector, "traces")).Build();

        // The runtime's own meter has what /metrics tells of the process, the actors' runtime's what a silo does.
        metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(ActorCall.MeterName, "System.Runtime", "Microsoft.Orleans")
            .AddOtlpExporter(options => Send(options, collector, "metrics")).Build();
    }

    public void Dispose()
    {
        traces.Shutdown(FlushMilliseconds);
        metrics.Shutdown(FlushMilliseconds);
        traces.Dispose();
        metrics.Dispose();
    }

    private static void Send(OtlpExporterOptions options, Uri collector, string signal)
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new Uri($"{collector.AbsoluteUri.TrimEnd('/')}/v1/{signal}");
    }
}
