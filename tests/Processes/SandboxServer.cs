using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Signalbox.Sandbox;

namespace Signalbox.Processes;

/// <summary>An event that arrived at a platform.</summary>
/// <param name="TimesSeen">1 when it came for the first time.</param>
public sealed record Arrival(string EventId, DateTimeOffset At, string Request, int TimesSeen);

/// <summary>The platforms: a sandbox on a real socket of this process, so that it outlives whoever sends to it.</summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http;

    private SandboxServer(WebApplication app)
    {
        this.app = app;
        http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public string Address => app.Urls.Single() + "/sandbox";

    public static async Task<SandboxServer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapSandbox("/sandbox", new SandboxState(TimeProvider.System));
        await app.StartAsync();
        return new SandboxServer(app);
    }

    /// <summary>In the order in which they were accepted.</summary>
    public async Task<IReadOnlyList<Arrival>> Arrivals(string platform, string receiver)
    {
        var lines = await Read($"events?platform={platform}&pixel={receiver}");
        return
        [
            .. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).Select(e => new Arrival(
                (string)e["event_id"]!, DateTimeOffset.FromUnixTimeMilliseconds((long)e["received_at_ms"]!), (string)e["request_id"]!, (int)e["times_seen"]!)),
        ];
    }

    public async Task<string> Read(string path) => await http.GetStringAsync($"/sandbox/{path}");

    public async Task<JsonNode> Json(string path) => JsonNode.Parse(await Read(path))!;

    public async Task Misbehave(JsonObject faults)
    {
        using var answer = await http.PutAsJsonAsync("/sandbox/faults", faults);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task Behave() => (await http.DeleteAsync("/sandbox/faults")).EnsureSuccessStatusCode().Dispose();

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }
}
