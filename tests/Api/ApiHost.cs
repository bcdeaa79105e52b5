using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Signalbox.Api.Hosting;
using Signalbox.Api.Settings;
using Signalbox.Core.Containers;
using Signalbox.Embedded;
using Signalbox.Platforms;
using Signalbox.Storage.Memory;

namespace Signalbox.Api.Tests;

/// <summary>The whole API on the real engine, in memory and on virtual time, and the few calls every test makes.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    public const string Key = "capi_acme_all";
    public const string LimitedKey = "capi_acme_limited";
    public const string BrowserKey = "capi_acme_browser";
    public const string AdminKey = "admin-secret";
    public const int RateLimit = 1000;

    private static readonly JsonObject NoChanges = [];

    private readonly SignalboxHost host;

    private readonly ConcurrentQueue<Exception> bugs;

    private ApiHost(SignalboxHost host, MemoryStorage storage, FakeSender sender, FakeTime time, ConcurrentQueue<Exception> bugs)
    {
        (this.host, Storage, Sender, Time, this.bugs) = (host, storage, sender, time, bugs);
        Server = (TestServer)host.Services.GetRequiredService<IServer>();
        Http = Server.CreateClient();
    }

    public MemoryStorage Storage { get; }

    public FakeSender Sender { get; }

    public FakeTime Time { get; }

    public TestServer Server { get; }

    public HttpClient Http { get; }

    public Container Shop => host.Configuration.Current.FindContainer("shop")!;

    /// <param name="changes">Top-level keys of the configuration to be put over the tests' own.</param>
    public static async Task<ApiHost> Start(JsonObject? changes = null, bool recover = true)
    {
        var json = Configuration();
        foreach (var (key, value) in changes ?? NoChanges) json[key] = value?.DeepClone();
        var (declaration, faults) = ConfigurationFile.Parse(json.ToJsonString(), new Dictionary<string, string>(), PlatformRegistry.BuiltIn);
        Assert.Empty(faults);

        var (storage, sender, time, seed) = (new MemoryStorage(), new FakeSender(), new FakeTime(), 0);
        var bugs = new ConcurrentQueue<Exception>();
        var settings = EngineSettings.ForProcess(bugs.Enqueue) with { Time = time, NewRandom = () => new Random(++seed) };
        var host = await EmbeddedHost.Build(declaration!, storage.Stores, sender, _ => settings, builder =>
        {
            builder.WebHost.UseTestServer();
            builder.Logging.ClearProviders();
        });
        if (recover) await host.Start();
        else await host.Listen();
        return new ApiHost(host, storage, sender, time, bugs);
    }

    public static JsonObject Configuration() => (JsonObject)JsonNode.Parse($$"""
        {
          "adminKey": "{{AdminKey}}",
          "workspaces": [
            {
              "id": "acme", "plan": "enterprise", "rateLimitPerMinute": {{RateLimit}},
              "keys": [
                { "name": "all", "key": "{{Key}}" },
                { "name": "limited", "key": "{{LimitedKey}}", "containers": ["shop"], "eventTypes": ["Purchase", "demo_booked"] },
                { "name": "browser", "key": "{{BrowserKey}}", "scopes": ["browser"] }
              ],
              "containers": [
                {
                  "id": "shop", "siteKey": "site_shop",
                  "destinations": [
                    { "id": "warehouse", "platform": "webhook",
                      "settings": { "url": "https://warehouse.example/hook", "secret": "whsec_c2lnbmFsYm94LnNhbmRib3guZGVtby5zZWNyZXQ=" } },
                    { "id": "marketing", "platform": "webhook", "consent": { "required": ["marketing"] },
                      "settings": { "url": "https://marketing.example/hook", "secret": "whsec_c2lnbmFsYm94LnNhbmRib3guZGVtby5zZWNyZXQ=" } }
                  ]
                },
                { "id": "blog" }
              ]
            },
            { "id": "globex", "keys": [{ "name": "theirs", "key": "capi_globex" }], "containers": [{ "id": "theirs" }] }
          ]
        }
        """)!;

    /// <summary>An event with everything that is required, changed by what is given: null takes a member out.</summary>
    public static JsonObject Event(params (string Name, JsonNode? Value)[] changes)
    {
        var e = new JsonObject { ["event_name"] = "Purchase", ["event_type"] = "conversion", ["container_id"] = "shop", ["payload"] = new JsonObject() };
        foreach (var (name, value) in changes)
        {
            e.Remove(name);
            if (value is not null) e[name] = value;
        }
        return e;
    }

    public Task<Reply> Send(JsonNode body, string key = Key) => Send(body.ToJsonString(), key);

    public Task<Reply> Send(string body, string key = Key) => Send(Encoding.UTF8.GetBytes(body), key);

    public async Task<Reply> Send(byte[] body, string? key = Key, string? contentType = "application/json", string? contentEncoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/events") { Content = new ByteArrayContent(body) };
        if (key is not null) request.Headers.TryAddWithoutValidation("X-API-Key", key);
        if (contentType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (contentEncoding is not null) request.Content.Headers.TryAddWithoutValidation("Content-Encoding", contentEncoding);
        return await Reply.Read(await Http.SendAsync(request));
    }

    public async Task<Reply> Get(string path, string? bearer = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (bearer is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
        return await Reply.Read(await Http.SendAsync(request));
    }

    /// <summary>As a browser at an address.</summary>
    public async Task<(int Status, JsonNode? Body, IHeaderDictionary Headers)> Collect(
        string body, string address = "198.51.100.4", string userAgent = "Browser/1.0", string? origin = null)
    {
        var answer = await Server.SendAsync(http =>
        {
            http.Request.Method = "POST";
            http.Request.Path = "/collect";
            http.Request.Headers.UserAgent = userAgent;
            http.Request.ContentType = "text/plain;charset=UTF-8";
            if (origin is not null) http.Request.Headers.Origin = origin;
            http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
            http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        });
        using var text = new StreamReader(answer.Response.Body);
        var content = await text.ReadToEndAsync();
        return (answer.Response.StatusCode, content.Length == 0 ? null : JsonNode.Parse(content), answer.Response.Headers);
    }

    /// <summary>Sends an event that has to be accepted, and reads it back from the journal.</summary>
    public async Task<JsonNode> Accept(JsonObject e)
    {
        var reply = await Send(e);
        Assert.True(reply.Status == 201, reply.Text);
        return await Lookup((string)reply.Json["id"]!);
    }

    /// <summary>What the admin API knows of an event of the shop.</summary>
    public async Task<JsonNode> Lookup(string id)
    {
        var reply = await Get($"/admin/v1/containers/shop/events/{Uri.EscapeDataString(id)}", AdminKey);
        Assert.True(reply.Status == 200, reply.Text);
        return reply.Json;
    }

    /// <summary>Lets time pass until something has happened.</summary>
    public async Task PassTimeUntil(Func<Task<bool>> happened)
    {
        for (var step = 0; step < 2000; step++)
        {
            if (await happened()) return;
            Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
        Assert.Fail("it did not happen in time");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        var ending = host.DisposeAsync().AsTask();
        // In small steps: where timers ring late, leases run out before they are used and tokens before they are spent.
        for (var step = 0; step < 20_000 && await Task.WhenAny(ending, Task.Delay(1)) != ending; step++) Time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Empty(bugs);
        Assert.True(ending.IsCompleted, "the host does not end");
        await ending;
    }
}

/// <summary>An answer, read.</summary>
internal sealed record Reply(int Status, string Text, HttpResponseMessage Message)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string Detail => (string?)Json["detail"] ?? "";

    public static async Task<Reply> Read(HttpResponseMessage message) => new((int)message.StatusCode, await message.Content.ReadAsStringAsync(), message);

    public string? Header(string name) => Message.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}
