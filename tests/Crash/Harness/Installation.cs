using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Signalbox.Processes;

namespace Signalbox.Crash.Tests.Harness;

/// <summary>One data folder with its configuration file, and the process that serves it, life after life.</summary>
internal sealed class Installation : IDisposable
{
    public const string SiteKey = "site_shop";

    private const string AdminKey = "admin-secret";
    private const string WebhookSecret = "whsec_c2lnbmFsYm94LnNhbmRib3guZGVtby5zZWNyZXQ=";

    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);

    private readonly List<ServiceProcess> lives = [];
    private readonly HttpClient http;
    private readonly string configuration;

    /// <param name="destinations">Those of the one container, as they stand in the configuration file.</param>
    public Installation(params ReadOnlySpan<JsonNode> destinations)
    {
        Folder = Directory.CreateTempSubdirectory("signalbox-crash-").FullName;
        Address = new Uri($"http://127.0.0.1:{Ports.Free()}");
        http = new HttpClient { BaseAddress = Address };
        configuration = Path.Combine(Folder, "signalbox.json");
        File.WriteAllText(configuration, Configuration([.. destinations]).ToJsonString());
    }

    public string Folder { get; }

    public string DataFolder => Path.Combine(Folder, "data");

    public Uri Address { get; }

    /// <summary>Every process started so far, the present one last.</summary>
    public IReadOnlyList<ServiceProcess> Lives => lives;

    public ServiceProcess Process => lives[^1];

    public static JsonObject Meta(string id, SandboxServer sandbox, string pixel, JsonObject limits) => new()
    {
        ["id"] = id,
        ["platform"] = "meta",
        ["endpoint"] = $"{sandbox.Address}/meta",
        ["settings"] = new JsonObject { ["pixelId"] = pixel, ["accessToken"] = "a-token" },
        ["limits"] = limits,
    };

    public static JsonObject Webhook(string id, SandboxServer sandbox, string name, JsonObject limits) => new()
    {
        ["id"] = id,
        ["platform"] = "webhook",
        ["settings"] = new JsonObject { ["url"] = $"{sandbox.Address}/webhook/{name}", ["secret"] = WebhookSecret },
        ["limits"] = limits,
    };

    /// <summary>Starts the executable and does not wait until it serves.</summary>
    public ServiceProcess Launch(params ReadOnlySpan<string> prefix)
    {
        var process = new ServiceProcess("Signalbox.Api.dll", ["--config", configuration], Folder, prefix);
        lives.Add(process);
        return process;
    }

    /// <summary>Starts the executable and waits until it is ready.</summary>
    /// <returns>How long that took.</returns>
    public Task<TimeSpan> Start()
    {
        Launch();
        return WaitUntilReady();
    }

    /// <returns>How long it took since the process was started.</returns>
    public async Task<TimeSpan> WaitUntilReady()
    {
        await Eventually.Happens(
            async () =>
            {
                Assert.False(Process.HasExited, $"the process ended by itself:\n{Process.Output}");
                return await IsReady();
            },
            StartsWithin, () => $"not ready: {Process.Output}");
        return DateTimeOffset.UtcNow - Process.StartedAt;
    }

    /// <summary>Ends the process by SIGTERM.</summary>
    /// <returns>Its exit code, or null when it did not end in time and was killed.</returns>
    public async Task<int?> Stop(TimeSpan patience)
    {
        Process.AskToStop();
        var code = await Process.WaitForExit(patience);
        Process.Kill();
        return code;
    }

    public async Task<string> Get(string path)
    {
        using var answer = await Ask(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path} was answered {(int)answer.StatusCode}");
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>As the operator.</summary>
    public async Task<HttpResponseMessage> Ask(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
        return await http.SendAsync(request);
    }

    /// <summary>The ledger, which balances whenever it is read (I3).</summary>
    public async Task<JsonNode> Ledger()
    {
        var ledger = JsonNode.Parse(await Get("/admin/v1/ledger"))!;
        Assert.True((bool)ledger["balances"]!, $"I3: the ledger does not balance: {ledger}");
        return ledger;
    }

    /// <summary>Waits until nothing waits for any destination any more.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> WaitUntilFinished(TimeSpan patience)
    {
        var started = Stopwatch.StartNew();
        JsonNode? ledger = null;
        await Eventually.Happens(
            async () =>
            {
                ledger = await Ledger();
                return (long)ledger["totals"]!["waiting"]! + (long)ledger["totals"]!["parked"]! == 0;
            },
            patience, () => $"something still waits: {ledger}");
        return started.Elapsed;
    }

    public void Dispose()
    {
        foreach (var life in lives) life.Dispose();
        http.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private JsonObject Configuration(JsonNode[] destinations) => new()
    {
        ["listen"] = Address.GetLeftPart(UriPartial.Authority),
        ["data"] = DataFolder,
        ["adminKey"] = AdminKey,
        ["network"] = new JsonObject { ["allowPrivateDestinations"] = true },
        ["workspaces"] = new JsonArray(new JsonObject
        {
            ["id"] = "acme",
            ["plan"] = "enterprise",
            ["rateLimitPerMinute"] = 10_000_000,
            ["keys"] = new JsonArray(new JsonObject { ["name"] = "all", ["key"] = Shop.Key }),
            ["containers"] = new JsonArray(new JsonObject { ["id"] = "shop", ["siteKey"] = SiteKey, ["destinations"] = new JsonArray(destinations) }),
        }),
    };

    private async Task<bool> IsReady()
    {
        try
        {
            using var answer = await http.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
