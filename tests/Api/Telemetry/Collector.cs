using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Signalbox.Api.Tests.Telemetry;

/// <summary>An OpenTelemetry collector on this machine that keeps what it is sent.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Path, string Body)> arrived = new();

    private Collector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);

            // Protobuf writes texts as they are.
            arrived.Enqueue((http.Request.Path, Encoding.Latin1.GetString(body.GetBuffer(), 0, (int)body.Length)));
            http.Response.ContentType = "application/x-protobuf";
        });
    }

    public string Url => app.Urls.First();

    public string Traces => All("/v1/traces");

    public string Metrics => All("/v1/metrics");

    public static async Task<Collector> Start()
    {
        var collector = new Collector();
        await collector.app.StartAsync();
        return collector;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private string All(string path) => string.Concat(arrived.Where(one => one.Path == path).Select(one => one.Body));
}
