using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Signalbox.Processes;
using Signalbox.Servers;

namespace Signalbox.Cluster.Tests;

/// <summary>Silos, PostgreSQL and Redis, each a process of its own on loopback.</summary>
internal sealed class Cluster : IDisposable
{
    private const string AdminKey = "admin-secret";
    private const string Executable = "Signalbox.Silo.dll";

    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("signalbox-cluster-").FullName;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly List<Silo> silos = [];

    public Cluster(int silos)
    {
        Postgres.Run("CREATE DATABASE signalbox");
        for (var number = 0; number < silos; number++) this.silos.Add(new Silo(this, number));
    }

    public PostgresServer Postgres { get; } = new();

    public RedisServer Redis { get; } = new();

    public IReadOnlyList<Silo> Silos => silos;

    public IReadOnlyList<Uri> Addresses => [.. silos.Select(silo => silo.Address)];

    /// <summary>Gives the cluster its configuration, by the explicit command.</summary>
    public async Task Apply(JsonArray workspaces)
    {
        var file = Path.Combine(folder, "apply.json");
        var configuration = silos[0].Configuration();
        configuration["workspaces"] = workspaces;
        await File.WriteAllTextAsync(file, configuration.ToJsonString());
        using var apply = new ServiceProcess(Executable, ["apply", "--config", file], folder);
        Assert.True(await apply.WaitForExit(StartsWithin) == 0, $"apply failed: {apply.Output}");
    }

    public async Task Start()
    {
        foreach (var silo in silos) silo.Launch();
        foreach (var silo in silos) await silo.WaitUntilReady();
    }

    /// <summary>The ledger as any silo that answers tells it; it balances whenever it is read (I3). Null when none answers.</summary>
    public async Task<JsonNode?> Ledger()
    {
        foreach (var silo in silos)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(silo.Address, "/admin/v1/ledger"));
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
                using var answer = await http.SendAsync(request);
                if (!answer.IsSuccessStatusCode) continue;
                var ledger = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
                Assert.True((bool)ledger["balances"]!, $"I3: the ledger does not balance: {ledger}");
                return ledger;
            }
            catch (Exception nobody) when (nobody is HttpRequestException or TaskCanceledException)
            {
                // The next one.
            }
        }
        return null;
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
                return ledger is not null && (long)ledger["totals"]!["waiting"]! + (long)ledger["totals"]!["parked"]! == 0;
            },
            patience, () => $"something still waits: {ledger}");
        return started.Elapsed;
    }

    public void Dispose()
    {
        foreach (var silo in silos) silo.Dispose();
        http.Dispose();
        Redis.Dispose();
        Postgres.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>One silo's place in the cluster: its addresses, and the processes that serve there, life after life.</summary>
    internal sealed class Silo(Cluster cluster, int number) : IDisposable
    {
        private readonly List<ServiceProcess> lives = [];
        private readonly int siloPort = Ports.Free();
        private readonly int gatewayPort = Ports.Free();

        public Uri Address { get; } = new($"http://127.0.0.1:{Ports.Free()}");

        public ServiceProcess Process => lives[^1];

        public IReadOnlyList<ServiceProcess> Lives => lives;

        public JsonObject Configuration() => new()
        {
            ["listen"] = Address.GetLeftPart(UriPartial.Authority),
            ["adminKey"] = AdminKey,
            ["network"] = new JsonObject { ["allowPrivateDestinations"] = true },
            ["database"] = cluster.Postgres.ConnectionString("signalbox"),
            ["cluster"] = new JsonObject
            {
                ["redis"] = cluster.Redis.Address, ["clusterId"] = "test", ["siloPort"] = siloPort, ["gatewayPort"] = gatewayPort, ["advertisedIp"] = "127.0.0.1",
            },
        };

        public void Launch()
        {
            var file = Path.Combine(cluster.folder, $"silo-{number}.json");
            File.WriteAllText(file, Configuration().ToJsonString());
            lives.Add(new ServiceProcess(Executable, ["--config", file], cluster.folder));
        }

        public async Task WaitUntilReady() => await Eventually.Happens(
            async () =>
            {
                Assert.False(Process.HasExited, $"the silo ended by itself:\n{Process.Output}");
                return await IsReady();
            },
            StartsWithin, () => $"not ready: {Process.Output}");

        public async Task<bool> IsReady()
        {
            try
            {
                using var answer = await cluster.http.GetAsync(new Uri(Address, "/health/ready"));
                return answer.IsSuccessStatusCode;
            }
            catch (Exception nobody) when (nobody is HttpRequestException or TaskCanceledException)
            {
                return false;
            }
        }

        public void Dispose()
        {
            foreach (var life in lives) life.Dispose();
        }
    }
}
