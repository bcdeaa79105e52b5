using System.Text.Json.Nodes;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Api.Hosting;
using Signalbox.Api.Settings;
using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Embedded;
using Signalbox.Platforms;
using Signalbox.Storage.Memory;

namespace Signalbox.Api.Tests.Hosting;

/// <summary>Processes that share a store follow what is applied to it, each in its own time.</summary>
public sealed class LiveConfigurationTests : IAsyncDisposable
{
    private const string Changed = "capi_changed";

    private readonly FakeTime time = new();
    private readonly Stores stores = new MemoryStorage().Stores;
    private readonly FakeSender sender = new();
    private readonly List<Follower> followers = [];

    [Fact]
    public async Task Without_a_configuration_callers_are_asked_to_come_again_until_there_is_one()
    {
        var process = await Start();
        var early = await process.Send();
        Assert.Equal((503, "5"), (early.Status, early.Header("Retry-After")));
        Assert.Contains("no configuration has been applied yet", (await process.Get("/health/ready")).Detail);
        Assert.Equal(200, (await process.Get("/health/live")).Status);

        await Apply();
        await process.Look();

        Assert.Equal(201, (await process.Send()).Status);
        Assert.Equal(200, (await process.Get("/health/ready")).Status);
    }

    [Fact]
    public async Task A_change_is_followed_by_every_process_without_a_restart()
    {
        await Apply();
        var (one, two) = (await Start(), await Start());
        await Apply(json => json["workspaces"]![0]!["keys"]![0]!["key"] = Changed);

        await one.Look();

        Assert.Equal((401, 201), ((await one.Send()).Status, (await one.Send(Changed)).Status));
        Assert.Equal((201, 401), ((await two.Send()).Status, (await two.Send(Changed)).Status));
        await two.Look();
        Assert.Equal((401, 201), ((await two.Send()).Status, (await two.Send(Changed)).Status));
    }

    [Fact]
    public async Task A_change_is_found_within_the_time_that_is_promised()
    {
        await Apply();
        var process = await Start();
        using var stop = new CancellationTokenSource();
        var following = process.Applied.Follow(stop.Token);
        await Apply(json => json["workspaces"]![0]!["keys"]![0]!["key"] = Changed);

        time.Advance(AppliedConfigurations.Every);

        for (var step = 0; process.Configuration.Current.Version < 2 && step < 1000; step++) await Task.Delay(1);
        Assert.Equal(201, (await process.Send(Changed)).Status);
        await stop.CancelAsync();
        await following;
    }

    [Fact]
    public async Task A_new_destination_starts_with_the_next_event()
    {
        await Apply();
        var process = await Start();
        await process.Send();
        await Apply(json => Destinations(json).Add(JsonNode.Parse(
            """{ "id": "late", "platform": "webhook", "settings": { "url": "https://late.example/hook", "secret": "whsec_c2lnbmFsYm94LnNhbmRib3guZGVtby5zZWNyZXQ=" } }""")));
        await process.Look();
        await process.Send();

        var line = (await Ledger(process)).Single(line => line.Destination == "late");
        Assert.Equal((1, true), (line.Accepted, line.Balances));
    }

    [Fact]
    public async Task I3_what_waits_for_a_removed_destination_is_cancelled_once_however_many_processes_notice_and_however_late()
    {
        sender.Answer = new PlatformAnswer.Answered(429, TimeSpan.FromDays(1), default);
        await Apply();
        var (one, two) = (await Start(), await Start());
        var removed = new DestinationKey(one.Shop.Number, one.Shop.Destinations[0].Number);
        for (var count = 0; count < 3; count++) await one.Send();
        await Apply(json => Destinations(json).RemoveAt(0));

        await Task.WhenAll(one.Look(), one.Look());
        Assert.Equal(3, (await stores.Destinations.Read(removed))!.Counts.Cancelled);

        // The other one still goes by the configuration before.
        await two.Send();
        await Task.WhenAll(one.Sweep(), two.Look());
        Assert.Equal(4, (await stores.Destinations.Read(removed))!.Counts.Cancelled);

        var accepted = RouteTotals.FromBytes((await stores.Journal.ReadHead(removed.Container)).Totals.Span)[removed.Number].Accepted;
        Assert.Equal(4, accepted);
        Assert.All(await Ledger(one), line => Assert.True(line.Balances, line.ToString()));
    }

    [Fact]
    public async Task A_removed_destination_is_settled_an_hour_after_its_removal()
    {
        await Apply();
        var process = await Start();
        var removed = new DestinationKey(process.Shop.Number, process.Shop.Destinations[0].Number);
        await Apply(json => Destinations(json).RemoveAt(0));
        await process.Look();
        Assert.NotEqual(DestinationRow.Settled, (await stores.Destinations.Read(removed))!.Cursor);

        time.Advance(Closing.Latecomers);
        await process.Sweep();

        Assert.Equal(DestinationRow.Settled, (await stores.Destinations.Read(removed))!.Cursor);
        Assert.Empty(await stores.Destinations.ReadUnsettled());
    }

    [Theory]
    [InlineData("""{ "format": 99 }""", "format 99 of a newer program")]
    [InlineData("""{ "format": 1, "registered": {}, "workspaces": [{ "id": "acme", "galaxy": 1 }] }""", "workspaces[0].galaxy: unknown key")]
    [InlineData("""{ "format": 1, "registered": {}, "workspaces": [{ "id": "acme", "containers": [{ "id": "shop" }] }] }""", "it is damaged")]
    [InlineData("{", "it is damaged")]
    public async Task What_cannot_be_read_leaves_the_configuration_before_in_use_and_is_told(string document, string problem)
    {
        await Apply();
        var process = await Start();
        await stores.Configuration.Write(new AppliedConfiguration(2, time.GetUtcNow(), document));
        await process.Look();

        Assert.Equal(201, (await process.Send()).Status);
        var ready = await process.Get("/health/ready");
        Assert.Equal((200, "ok"), (ready.Status, (string?)ready.Json["status"]));
        Assert.Contains($"version 2 of the configuration cannot be used: ", (string?)ready.Json["warning"]);
        Assert.Contains(problem, (string?)ready.Json["warning"]);

        await Apply();
        await process.Look();
        Assert.Null((await process.Get("/health/ready")).Json["warning"]);
    }

    [Fact]
    public async Task Applying_the_same_again_changes_nothing_and_numbers_stay()
    {
        Assert.Equal(1, await Apply());
        var process = await Start();
        var numbers = process.Shop.Destinations.Select(destination => destination.Number).ToList();
        Assert.Equal(1, await Apply());
        Assert.Equal(2, await Apply(json => json["workspaces"]![0]!["rateLimitPerMinute"] = 7));
        await process.Look();

        Assert.Equal(7, process.Configuration.Current.Workspaces[0].RateLimitPerMinute);
        Assert.Equal(numbers, process.Shop.Destinations.Select(destination => destination.Number));
    }

    [Fact]
    public async Task Of_several_who_apply_at_once_one_counts_whole()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(number => Task.Run(() => Apply(json => Destinations(json)[0]!["id"] = $"hook-{number}"))));
        var process = await Start();
        var open = await stores.Destinations.ReadOpen();
        Assert.Equal(
            process.Shop.Destinations.Select(destination => new DestinationKey(process.Shop.Number, destination.Number)).Order(ByNumber),
            open.Select(row => row.Key).Order(ByNumber));
    }

    [Fact]
    public async Task The_applied_document_has_variables_put_in_once_and_no_key_in_it()
    {
        var (declaration, faults) = ConfigurationFile.Parse(
            """
            { "database": "Host=db",
              "workspaces": [{ "id": "acme", "plan": "enterprise", "rateLimitPerMinute": "${LIMIT}",
                "keys": [{ "name": "${NAME}", "key": "${KEY}" }],
                "containers": [{ "id": "shop", "destinations": [{ "id": "meta", "platform": "meta", "settings": { "pixelId": "1", "accessToken": "${TOKEN}" } }] }] }] }
            """,
            new Dictionary<string, string>
            {
                ["LIMIT"] = "77", ["KEY"] = ApiHost.Key, ["TOKEN"] = "token", ["NAME"] = "a ${KEY} of his", ["SIGNALBOX__WORKSPACES__0__SUBSCRIPTION"] = "trial",
                ["SIGNALBOX__WORKSPACES__0__CONTAINERS__0__DESTINATIONS__0__SETTINGS__PIXELID"] = "42",
            },
            PlatformRegistry.BuiltIn, ConfigurationUse.Apply);
        Assert.Empty(faults);
        await Applying.Apply(declaration!, stores, time);
        var document = (await stores.Configuration.Read(0))!.Document;
        Assert.DoesNotContain(ApiHost.Key, document);
        Assert.Contains("a ${KEY} of his", document);

        var process = await Start();
        var workspace = process.Configuration.Current.Workspaces[0];
        Assert.Equal((77, "trial"), (workspace.RateLimitPerMinute, workspace.Subscription));
        Assert.EndsWith("42", process.Shop.Destinations[0].QuotaKey);
        Assert.Equal(declaration!.Workspaces[0].Containers[0].Destinations[0].CredentialsFingerprint, process.Shop.Destinations[0].CredentialsFingerprint);
        Assert.Equal(201, (await process.Send()).Status);
    }

    public async ValueTask DisposeAsync()
    {
        var ending = Task.WhenAll(followers.Select(follower => follower.Host.DisposeAsync().AsTask()));
        for (var step = 0; step < 20_000 && await Task.WhenAny(ending, Task.Delay(1)) != ending; step++) time.Advance(TimeSpan.FromMilliseconds(20));
        await ending;
    }

    private static Comparer<DestinationKey> ByNumber => Comparer<DestinationKey>.Create((one, other) => one.Number - other.Number);

    private static JsonArray Destinations(JsonNode configuration) => configuration["workspaces"]![0]!["containers"]![0]!["destinations"]!.AsArray();

    private async Task<long> Apply(Action<JsonNode>? change = null)
    {
        var json = ApiHost.Configuration();
        json["database"] = "Host=db";
        change?.Invoke(json);
        var (declaration, faults) = ConfigurationFile.Parse(json.ToJsonString(), new Dictionary<string, string>(), PlatformRegistry.BuiltIn, ConfigurationUse.Apply);
        Assert.Empty(faults);
        return await Applying.Apply(declaration!, stores, time);
    }

    private Task<IReadOnlyList<LedgerLine>> Ledger(Follower process) => new Ledger(stores.Journal, stores.Destinations, process.Configuration, time).Read();

    private async Task<Follower> Start()
    {
        var follower = await Follower.Start(stores, sender, time);
        followers.Add(follower);
        return follower;
    }

    /// <summary>A process that follows, on an engine of its own.</summary>
    private sealed record Follower(SignalboxHost Host, CurrentConfiguration Configuration, AppliedConfigurations Applied, Sweep Sweeper)
    {
        public Container Shop => Configuration.Current.FindContainer("shop")!;

        public static async Task<Follower> Start(Stores stores, ISender sender, FakeTime time)
        {
            var configuration = CurrentConfiguration.None();
            Sweep? sweep = null;
            var applied = new AppliedConfigurations(
                stores.Configuration, PlatformRegistry.BuiltIn, configuration, time, NullLogger.Instance, () => sweep?.Once() ?? Task.CompletedTask);
            await applied.Look();
            var (own, faults) = ConfigurationFile.Parse(
                """{ "database": "Host=db", "cluster": { "redis": "redis:1" } }""", new Dictionary<string, string>(), PlatformRegistry.BuiltIn, ConfigurationUse.Silo);
            Assert.Empty(faults);
            var host = SignalboxHost.Build(
                own!, stores, configuration,
                _ =>
                {
                    var settings = EngineSettings.ForProcess(bug => throw bug) with { Time = time };
                    var engine = new EmbeddedEngine(stores, sender, configuration, settings);
                    sweep = new Sweep(engine, stores.Journal, stores.Destinations, time, settings.OnBug);
                    return new Engine(engine, time, (_, lost) => throw lost, _ => engine.Start(), engine.DisposeAsync);
                },
                builder =>
                {
                    builder.WebHost.UseTestServer();
                    builder.Logging.ClearProviders();
                });
            await host.Start();
            return new Follower(host, configuration, applied, sweep!);
        }

        public Task Look() => Applied.Look();

        public Task Sweep() => Sweeper.Once();

        public async Task<Reply> Send(string key = ApiHost.Key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/events")
            {
                Content = new StringContent(ApiHost.Event().ToJsonString(), System.Text.Encoding.UTF8, "application/json"),
            };
            request.Headers.Add("X-API-Key", key);
            return await Call(request);
        }

        public async Task<Reply> Get(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            return await Call(request);
        }

        private async Task<Reply> Call(HttpRequestMessage request)
        {
            using var http = Host.Http();
            return await Reply.Read(await http.SendAsync(request));
        }
    }
}

file static class Hosts
{
    public static HttpClient Http(this SignalboxHost host) =>
        ((TestServer)host.Services.GetService(typeof(Microsoft.AspNetCore.Hosting.Server.IServer))!).CreateClient();
}
