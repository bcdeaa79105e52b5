using System.Net;
using System.Text.Json.Nodes;
using Signalbox.Api.Settings;
using Signalbox.Platforms;

namespace Signalbox.Api.Tests.Settings;

/// <summary>What a cluster's processes take from a file, and what they leave to others.</summary>
public sealed class ClusterTests
{
    [Fact]
    public void A_silo_reads_its_own_keys_and_passes_over_the_workspaces_faults_and_all()
    {
        var (declaration, faults) = Read(
            """
            { "listen": "http://0.0.0.0:81", "database": "Host=${DB}",
              "cluster": { "redis": "redis:6379,password=p", "clusterId": "eu", "siloPort": 1, "gatewayPort": "${PORT}", "advertisedIp": "10.0.0.7" },
              "workspaces": [{ "plan": "${NOT_HERE}" }] }
            """,
            ConfigurationUse.Silo, new() { ["DB"] = "db", ["PORT"] = "2", ["SIGNALBOX__WORKSPACES__0__ID"] = "acme" });

        Assert.Empty(faults);
        Assert.Equal(("http://0.0.0.0:81", "Host=db"), (declaration!.Listen, declaration.Database));
        Assert.Equal(new ClusterSettings("redis:6379,password=p", "eu", 1, 2, IPAddress.Parse("10.0.0.7")), declaration.Cluster);
        Assert.Empty(declaration.Workspaces);
    }

    [Fact]
    public void What_is_left_out_has_a_default()
    {
        var (declaration, _) = Read("""{ "database": "Host=db", "cluster": { "redis": "redis:6379" } }""", ConfigurationUse.Silo);
        Assert.Equal(new ClusterSettings("redis:6379", "signalbox", 11111, 30000, null), declaration!.Cluster);
    }

    [Theory]
    [InlineData("""{ "cluster": { "redis": "redis:6379" } }""", "database: required in a cluster")]
    [InlineData("""{ "database": "Host=db" }""", "cluster.redis: required")]
    [InlineData("""{ "database": "Host=db", "cluster": { "redis": "redis" } }""", "cluster.redis: expected host:port")]
    [InlineData("""{ "database": "Host=db", "cluster": { "redis": "redis:66000" } }""", "cluster.redis: expected host:port")]
    [InlineData("""{ "database": "Host=db", "cluster": { "redis": "a b:6379" } }""", "cluster.redis: expected host:port")]
    [InlineData("""{ "database": "Host=db", "cluster": { "redis": "redis:6379", "clusterId": "a b" } }""", "cluster.clusterId: expected at most 64")]
    [InlineData("""{ "database": "Host=db", "cluster": { "redis": "redis:6379", "siloPort": 0 } }""", "cluster.siloPort: expected a whole number from 1 to 65535")]
    [InlineData("""{ "database": "Host=db", "cluster": { "redis": "redis:6379", "siloPort": 30000 } }""", "cluster.gatewayPort: expected another port")]
    [InlineData("""{ "database": "Host=db", "cluster": { "redis": "redis:6379", "advertisedIp": "db" } }""", "cluster.advertisedIp: expected an IP address")]
    [InlineData("""{ "database": "Host=db", "cluster": { "redis": "redis:6379", "advertisedIp": "0.0.0.0" } }""", "cluster.advertisedIp: expected an IP address")]
    [InlineData("""{ "database": "Host=db", "cluster": { "redis": "redis:6379", "siloPrt": 1 } }""", "cluster.siloPrt: unknown key, did you mean siloPort?")]
    public void A_fault_of_a_silos_file_is_told_with_its_path(string json, string expected)
    {
        var (declaration, faults) = Read(json, ConfigurationUse.Silo);
        Assert.Null(declaration);
        Assert.StartsWith(expected, Assert.Single(faults).ToString());
    }

    [Fact]
    public void A_process_that_runs_alone_refuses_to_be_taken_for_one_of_a_cluster()
    {
        var configuration = FaultTests.Valid();
        configuration["cluster"] = new JsonObject { ["redis"] = "redis:6379" };
        var (_, faults) = FaultTests.Read(configuration.ToJsonString());
        Assert.Equal("cluster: this process runs alone; src/Silo is what runs in a cluster", Assert.Single(faults).ToString());
    }

    [Fact]
    public void Who_applies_needs_the_database_and_the_workspaces()
    {
        var (_, faults) = Read("{}", ConfigurationUse.Apply);
        Assert.Equal(["database: required in a cluster", "workspaces: expected at least one"], faults.Select(fault => fault.ToString()));

        var configuration = FaultTests.Valid();
        configuration["database"] = "Host=db";
        Assert.Empty(Read(configuration.ToJsonString(), ConfigurationUse.Apply).Faults);
    }

    private static (Declaration? Declaration, IReadOnlyList<ConfigurationFault> Faults) Read(
        string json, ConfigurationUse use, Dictionary<string, string>? environment = null) =>
        ConfigurationFile.Parse(json, environment ?? [], PlatformRegistry.BuiltIn, use);
}
