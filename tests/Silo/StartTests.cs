using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Signalbox.Processes;
using Signalbox.Servers;
using Signalbox.Silo.Tests.Harness;

namespace Signalbox.Silo.Tests;

/// <summary>A process that cannot start says why in one line, and never a password.</summary>
public sealed class StartTests
{
    private const string Nowhere = "127.0.0.1:1";

    [Theory]
    [InlineData]
    [InlineData("apply")]
    public async Task Without_its_database_it_ends(params string[] order)
    {
        var said = await Fail(2, "Host=127.0.0.1;Port=1;Username=signalbox;Password=secret;Database=signalbox", Nowhere, Ports.Free(), order);
        Assert.StartsWith("database: no PostgreSQL answers on 127.0.0.1:1", said);
    }

    [DatabaseFact]
    public async Task Without_its_redis_it_ends()
    {
        var database = Databases.Create();
        Assert.StartsWith("Redis on 127.0.0.1:1 cannot be used: ", await Fail(1, database, $"{Nowhere},password=secret", Ports.Free()));
        Databases.Drop(database);
    }

    [ClusterFact]
    public async Task Where_another_one_listens_it_ends()
    {
        var database = Databases.Create();
        using var redis = new RedisServer();
        using var other = new TcpListener(IPAddress.Any, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        Assert.StartsWith($"Another process listens on port {port} or ", await Fail(1, database, redis.Address, port));
        Databases.Drop(database);
    }

    /// <returns>The last line of what it said.</returns>
    private static async Task<string> Fail(int exitCode, string database, string redis, int siloPort, params string[] order)
    {
        var folder = Directory.CreateTempSubdirectory("signalbox-start-").FullName;
        var file = Path.Combine(folder, "signalbox.json");
        await File.WriteAllTextAsync(file, new JsonObject
        {
            ["listen"] = $"http://127.0.0.1:{Ports.Free()}", ["database"] = database,
            ["cluster"] = new JsonObject { ["redis"] = redis, ["siloPort"] = siloPort, ["gatewayPort"] = Ports.Free(), ["advertisedIp"] = "127.0.0.1" },
            ["workspaces"] = new JsonArray(new JsonObject { ["id"] = "acme" }),
        }.ToJsonString());
        using var process = new ServiceProcess("Signalbox.Silo.dll", [.. order, "--config", file], folder);
        Assert.Equal(exitCode, await process.WaitForExit(TimeSpan.FromSeconds(60)));
        Directory.Delete(folder, recursive: true);
        Assert.DoesNotContain("secret", process.Output);
        return process.Output.Split('\n')[^1];
    }
}
