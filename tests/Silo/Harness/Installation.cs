using System.Text;
using System.Text.Json.Nodes;
using Signalbox.Processes;
using Signalbox.Servers;

namespace Signalbox.Silo.Tests.Harness;

/// <summary>What a cluster stands on, and the executable's processes on it.</summary>
internal sealed class Installation : IDisposable
{
    public const string Key = "capi_acme";

    private const string Executable = "Signalbox.Silo.dll";
    private const string ClusterId = "smoke";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("signalbox-silo-").FullName;
    private readonly string database = Databases.Create();
    private readonly RedisServer redis = new();
    private readonly List<Member> members = [];

    /// <summary>Makes the workspaces the cluster's configuration, by the command.</summary>
    /// <returns>What the command said.</returns>
    public async Task<string> Apply(JsonArray workspaces)
    {
        using var apply = new ServiceProcess(Executable, ["apply", "--config", Write("apply", new JsonObject { ["database"] = database, ["workspaces"] = workspaces })], folder);
        Assert.True(await apply.WaitForExit(Patience) == 0, $"apply failed: {apply.Output}");
        return apply.Output;
    }

    /// <summary>Starts a process; it may not be ready yet.</summary>
    public Member Start(string role = "silo")
    {
        var address = new Uri($"http://127.0.0.1:{Ports.Free()}");
        var file = Write($"member-{members.Count}", new JsonObject
        {
            ["listen"] = address.GetLeftPart(UriPartial.Authority),
            ["network"] = new JsonObject { ["allowPrivateDestinations"] = true },
            ["database"] = database,
            ["cluster"] = new JsonObject
            {
                ["redis"] = redis.Address, ["clusterId"] = ClusterId, ["siloPort"] = Ports.Free(), ["gatewayPort"] = Ports.Free(), ["advertisedIp"] = "127.0.0.1",
            },
        });
        members.Add(new Member(new ServiceProcess(Executable, ["--config", file, "--role", role], folder), address));
        return members[^1];
    }

    public void Dispose()
    {
        foreach (var member in members) member.Dispose();
        redis.Dispose();
        Databases.Drop(database);
        Directory.Delete(folder, recursive: true);
    }

    private string Write(string name, JsonObject configuration)
    {
        var file = Path.Combine(folder, $"{name}.json");
        File.WriteAllText(file, configuration.ToJsonString());
        return file;
    }

    /// <summary>One process of the cluster.</summary>
    internal sealed class Member(ServiceProcess process, Uri address) : IDisposable
    {
        private readonly HttpClient http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };

        public ServiceProcess Process => process;

        public Uri Address => address;

        public async Task<Member> IsReady()
        {
            await Eventually.Happens(
                async () =>
                {
                    Assert.False(process.HasExited, $"it ended by itself: {process.Output}");
                    return await Status() == 200;
                },
                Patience, () => $"it is not ready: {process.Output}");
            return this;
        }

        /// <returns>The status of <c>/health/ready</c>; 0 when nobody listens.</returns>
        public async Task<int> Status()
        {
            try
            {
                using var answer = await http.GetAsync("/health/ready");
                return (int)answer.StatusCode;
            }
            catch (HttpRequestException)
            {
                return 0;
            }
        }

        /// <returns>What <c>/health/ready</c> answers.</returns>
        public async Task<string> Readiness()
        {
            using var answer = await http.GetAsync("/health/ready");
            return await answer.Content.ReadAsStringAsync();
        }

        public async Task<(int Status, string Id)> Send(string? eventId, string key = Key, string container = "shop")
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/events") { Content = new StringContent(Event(eventId, container), Encoding.UTF8, "application/json") };
            request.Headers.Add("X-API-Key", key);
            using var answer = await http.SendAsync(request);
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            return ((int)answer.StatusCode, (string?)body["id"] ?? "");
        }

        public static string Event(string? eventId, string container) => new JsonObject
        {
            ["event_name"] = "Purchase", ["event_type"] = "conversion", ["container_id"] = container, ["event_id"] = eventId,
            ["payload"] = new JsonObject { ["value"] = 1, ["currency"] = "EUR" },
        }.ToJsonString();

        public void Dispose()
        {
            http.Dispose();
            process.Dispose();
        }
    }
}
