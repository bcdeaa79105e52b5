using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;

namespace Signalbox.Sandbox.Tests;

/// <summary>A sandbox in memory, and the few calls every test makes.</summary>
internal sealed class SandboxHost : IAsyncDisposable
{
    public const string Pixel = "1234567890";
    public const string MetaPath = "/sandbox/meta/v25.0/" + Pixel + "/events";

    private readonly WebApplication app;

    public SandboxHost(SandboxOptions? options = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapSandbox("/sandbox", new SandboxState(Time, options));
        app.StartAsync().GetAwaiter().GetResult();
        Http = app.GetTestClient();
    }

    public FakeTime Time { get; } = new();

    public HttpClient Http { get; }

    public Task<Reply> Meta(params JsonNode[] events) => Send(MetaPath, Json(new JsonObject { ["data"] = new JsonArray(events) }));

    public async Task<Reply> Send(string path, HttpContent content, string? bearer = "demo", HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, path) { Content = content };
        if (bearer is not null) request.Headers.Authorization = new("Bearer", bearer);
        using var response = await Http.SendAsync(request);
        return new Reply(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.RetryAfter?.Delta);
    }

    public Task<Reply> Put(string path, string json) => Send(path, Text(json), null, HttpMethod.Put);

    public async Task<JsonNode> Get(string path) => (await Http.GetFromJsonAsync<JsonNode>(path))!;

    public async Task<JsonArray> Requests(string query = "") => (await Get($"/sandbox/requests{query}"))["requests"]!.AsArray();

    public async Task<JsonNode> Stats() => (await Get("/sandbox/stats"))["receivers"]!.AsArray().Single()!;

    public async Task<JsonNode[]> Events(string query = "")
    {
        var lines = (await Http.GetStringAsync($"/sandbox/events{query}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonNode.Parse(line)!)];
    }

    /// <summary>A website event with nothing wrong; tests break one thing.</summary>
    public JsonObject Event(string id = "e1") => new()
    {
        ["event_name"] = "Purchase",
        ["event_time"] = Time.Seconds,
        ["event_id"] = id,
        ["action_source"] = "website",
        ["event_source_url"] = "https://shop.example/thanks",
        ["user_data"] = new JsonObject
        {
            ["em"] = new JsonArray("62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"),
            ["ph"] = "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176",
            ["client_ip_address"] = "203.0.113.9",
            ["client_user_agent"] = "Browser/1",
            ["fbc"] = "fb.1.1789999000000.IwAR0abc",
            ["fbp"] = "fb.1.1789990000000.1098115397",
        },
        ["custom_data"] = new JsonObject { ["currency"] = "usd", ["value"] = 42.5 },
    };

    public static StringContent Json(JsonNode json) => Text(json.ToJsonString());

    public static StringContent Text(string json) => new(json, Encoding.UTF8, "application/json");

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}

internal sealed record Reply(HttpStatusCode Status, string Body, TimeSpan? RetryAfter)
{
    public JsonElement Error => JsonElement.Parse(Body).GetProperty("error");

    public (int Code, int? Subcode) Code =>
        (Error.GetProperty("code").GetInt32(), Error.TryGetProperty("error_subcode", out var subcode) ? subcode.GetInt32() : null);
}
