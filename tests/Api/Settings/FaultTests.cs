using System.Text.Json.Nodes;
using Signalbox.Api.Settings;
using Signalbox.Platforms;

namespace Signalbox.Api.Tests.Settings;

/// <summary>Every fault is told with its path and what was expected.</summary>
public sealed class FaultTests
{
    private const string Key = "workspaces[0].keys[0]";
    private const string Container = "workspaces[0].containers[0]";
    private const string Destination = "workspaces[0].containers[0].destinations[0]";

    [Theory]
    [InlineData("listn", "\"x\"", "listn: unknown key, did you mean listen?")]
    [InlineData("zebra", "\"x\"", "zebra: unknown key, expected one of $schema, listen, data, adminKey, network, database, cluster, telemetry, workspaces")]
    [InlineData("listen", "\"8080\"", "listen: expected http://address:port")]
    [InlineData("listen", "\"https://127.0.0.1:8443\"", "listen: expected http://address:port")]
    [InlineData("listen", "8080", "listen: expected a string")]
    [InlineData("data", "[]", "data: expected a string")]
    [InlineData("adminKey", "\"${SIGNALBOX_TEST_MISSING}\"", "adminKey: the environment has no variable SIGNALBOX_TEST_MISSING")]
    [InlineData("network", "[]", "network: expected an object")]
    [InlineData("network", """{ "requireHttps": "yes" }""", "network.requireHttps: expected true or false")]
    [InlineData("network", """{ "allowPrivateDestination": true }""", "network.allowPrivateDestination: unknown key, did you mean allowPrivateDestinations?")]
    [InlineData("telemetry", """{ "otlpEndpoint": "collector:4317" }""", "telemetry.otlpEndpoint: expected an http or https address")]
    [InlineData("telemetry", """{ "endpoint": "http://collector:4318" }""", "telemetry.endpoint: unknown key, expected one of otlpEndpoint")]
    [InlineData("workspaces", "{}", "workspaces: expected a list")]
    [InlineData("workspaces", "[]", "workspaces: expected at least one")]
    [InlineData("workspaces", "[5]", "workspaces[0]: expected an object")]
    [InlineData("workspaces[0].id", "null", "workspaces[0].id: required")]
    [InlineData("workspaces[0].id", "\"a b\"", "workspaces[0].id: expected at most 64 letters")]
    [InlineData("workspaces[0].plan", "\"gold\"", "workspaces[0].plan: expected one of free, pro, enterprise")]
    [InlineData("workspaces[0].plan", "\"enterprise\"", "workspaces[0].rateLimitPerMinute: required with the plan enterprise")]
    [InlineData("workspaces[0].rateLimitPerMinute", "0", "workspaces[0].rateLimitPerMinute: expected a whole number from 1")]
    [InlineData("workspaces[0].rateLimitPerMinute", "\"100\"", "workspaces[0].rateLimitPerMinute: expected a number")]
    [InlineData("workspaces[0].subscription", "\"gone\"", "workspaces[0].subscription: expected one of none, active, trial")]
    [InlineData("workspaces[0].monthlyConversions", "-1", "workspaces[0].monthlyConversions: expected a whole number from 0")]
    [InlineData("workspaces[0].customEvents", """[{ "key": "demo_booked", "billable": 1 }]""", "workspaces[0].customEvents[0].billable: expected true or false")]
    [InlineData("workspaces[0].customEvents", """[{ "key": "demo_booked" }, { "key": "Demo Booked" }]""", "workspaces[0].customEvents[1].key: another custom event is the same")]
    [InlineData("workspaces[1].id", "\"acme\"", "workspaces[1].id: another workspace id is the same")]
    [InlineData("workspaces[1].containers[0].id", "\"shop\"", "workspaces[1].containers[0].id: another container id is the same")]
    [InlineData("workspaces[1].containers[0].siteKey", "\"site_shop\"", "workspaces[1].containers[0].siteKey: another container has this site key")]
    [InlineData("workspaces[1].keys[0].key", "\"capi_one\"", "workspaces[1].keys[0].key: another key is the same")]
    [InlineData(Key + ".name", "null", Key + ".name: required")]
    [InlineData(Key + ".key", "null", Key + ".key: expected exactly one of key and keySha256")]
    [InlineData(Key + ".keySha256", "\"00\"", Key + ".key: expected exactly one of key and keySha256")]
    [InlineData(Key + ".key", "\"with space\"", Key + ".key: expected 1 to 256 printable ASCII characters")]
    [InlineData(Key + ".containers", """["shop", "shpo"]""", Key + ".containers[1]: unknown container, did you mean shop?")]
    [InlineData(Key + ".containers", """["theirs"]""", Key + ".containers[0]: unknown container")]
    [InlineData(Key + ".containers", """[5]""", Key + ".containers[0]: expected a string")]
    [InlineData(Key + ".defaultContainer", "\"nowhere\"", Key + ".defaultContainer: unknown container")]
    [InlineData(Key + ".scopes", """["ingets"]""", Key + ".scopes[0]: unknown scope, did you mean ingest?")]
    [InlineData(Key + ".eventTypes", "[]", Key + ".eventTypes: expected at least one")]
    [InlineData(Container + ".siteKey", "\"a b\"", Container + ".siteKey: expected at most 128")]
    [InlineData(Container + ".domains", """["https://shop.example"]""", Container + ".domains[0]: expected a host name")]
    [InlineData(Container + ".dedupeWindowHours", "0", Container + ".dedupeWindowHours: expected a whole number from 1 to 192")]
    [InlineData(Container + ".dedupeWindowHours", "193", Container + ".dedupeWindowHours: expected a whole number from 1 to 192")]
    [InlineData(Container + ".dedupeWindowHours", "1.5", Container + ".dedupeWindowHours: expected a whole number from 1 to 192")]
    [InlineData(Destination + ".id", "null", Destination + ".id: required")]
    [InlineData(Destination + ".platform", "null", Destination + ".platform: required")]
    [InlineData(Destination + ".platform", "\"metta\"", Destination + ".platform: unknown platform, did you mean meta?")]
    [InlineData(Destination + ".platform", "\"myspace\"", Destination + ".platform: unknown platform, expected one of meta, webhook")]
    [InlineData(Destination + ".endpoint", "\"127.0.0.1\"", Destination + ".endpoint: expected an http or https address")]
    [InlineData(Destination + ".enabled", "\"true\"", Destination + ".enabled: expected true or false")]
    [InlineData(Destination + ".settings", "[]", Destination + ".settings: expected an object")]
    [InlineData(Destination + ".settings.pixelId", "\"12x\"", Destination + ".settings.pixelId: must be a string of digits")]
    [InlineData(Destination + ".settings.pixl", "\"1\"", Destination + ".settings.pixl: is unknown")]
    [InlineData(Destination + ".settings.accessToken", "\"${SIGNALBOX_TEST_MISSING}\"", Destination + ".settings.accessToken: the environment has no variable")]
    [InlineData(Destination + ".consent", """{ "require": [] }""", Destination + ".consent.require: unknown key, did you mean required?")]
    [InlineData(Destination + ".limits", """{ "eventsPerSecond": 0 }""", Destination + ".limits.eventsPerSecond: expected a number above 0")]
    [InlineData(Destination + ".limits", """{ "batchSize": 1001 }""", Destination + ".limits.batchSize: expected a whole number from 1 to 1000")]
    [InlineData(Destination + ".limits", """{ "maxDelayMs": -1 }""", Destination + ".limits.maxDelayMs: expected a whole number from 0")]
    [InlineData(Destination + ".limits", """{ "parallelCalls": 0 }""", Destination + ".limits.parallelCalls: expected a whole number from 1")]
    [InlineData(Container + ".destinations[1].id", "\"meta-main\"", Container + ".destinations[1].id: another destination of the container is the same")]
    public void A_fault_is_told_with_its_path(string path, string json, string expected)
    {
        var configuration = Valid();
        Set(configuration, path, JsonNode.Parse(json));
        var (declaration, faults) = Read(configuration.ToJsonString());

        Assert.Null(declaration);
        Assert.Contains(faults, fault => fault.ToString().StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void All_faults_are_told_at_once_and_secrets_are_not()
    {
        var configuration = Valid();
        Set(configuration, "listn", "x");
        Set(configuration, Key + ".key", "very secret");
        Set(configuration, Destination + ".settings.pixelId", "very secret");
        var (_, faults) = Read(configuration.ToJsonString());

        Assert.Equal(3, faults.Count);
        Assert.DoesNotContain(faults, fault => fault.ToString().Contains("very secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\n  \"listen\" }", "not valid JSON in line 2, byte 12")]
    [InlineData("", "not valid JSON")]
    [InlineData("{ \"data\": \"a\", \"data\": \"b\" }", "not valid JSON")]
    [InlineData("[]", "expected an object")]
    public void What_is_no_json_object_is_told(string json, string expected)
    {
        var (declaration, faults) = Read(json);

        Assert.Null(declaration);
        Assert.Contains(faults, fault => fault.ToString().Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Comments_and_trailing_commas_are_fine()
    {
        var (declaration, faults) = Read("// why\n" + Valid().ToJsonString().TrimEnd('}') + ", }");

        Assert.Empty(faults);
        Assert.NotNull(declaration);
    }

    [Fact]
    public void What_is_left_out_has_a_default()
    {
        var (declaration, _) = Read(Valid().ToJsonString());
        var workspace = declaration!.Workspaces[0];
        var destination = workspace.Containers[0].Destinations[0];

        Assert.Equal(("http://127.0.0.1:8080", "./data", null), (declaration.Listen, declaration.Data, declaration.AdminKey));
        Assert.Equal((1000, "none", null), (workspace.RateLimitPerMinute, workspace.Subscription, workspace.MonthlyConversions));
        Assert.Equal(100, declaration.Workspaces[1].RateLimitPerMinute);
        Assert.Equal(TimeSpan.FromHours(48), workspace.Containers[0].DedupeWindow);
        Assert.True(destination.Enabled);
        Assert.Equal(destination.Platform.Rules.Defaults, destination.Limits);
        Assert.Equal(["ingest"], workspace.Keys[0].Scopes);
        Assert.DoesNotContain("capi_one", workspace.Keys[0].ToString());
    }

    [Fact]
    public void A_destinations_fingerprint_changes_with_its_settings_alone()
    {
        string Fingerprint(string path, JsonNode value)
        {
            var configuration = Valid();
            Set(configuration, path, value);
            return Read(configuration.ToJsonString()).Declaration!.Workspaces[0].Containers[0].Destinations[0].CredentialsFingerprint;
        }

        var before = Fingerprint("data", "./data");
        Assert.Equal(before, Fingerprint(Destination + ".enabled", false));
        Assert.NotEqual(before, Fingerprint(Destination + ".settings.accessToken", "another"));
        Assert.NotEqual(before, Fingerprint(Destination + ".endpoint", "http://127.0.0.1:1"));
    }

    internal static JsonObject Valid() => (JsonObject)JsonNode.Parse("""
        {
          "workspaces": [
            {
              "id": "acme", "plan": "pro",
              "keys": [{ "name": "one", "key": "capi_one" }],
              "containers": [{
                "id": "shop", "siteKey": "site_shop",
                "destinations": [
                  { "id": "meta-main", "platform": "meta", "settings": { "pixelId": "1234567890", "accessToken": "token" } },
                  { "id": "meta-second", "platform": "meta", "settings": { "pixelId": "1234567891", "accessToken": "token" } }
                ]
              }]
            },
            { "id": "globex", "keys": [{ "name": "one", "key": "capi_two" }], "containers": [{ "id": "theirs" }] }
          ]
        }
        """)!;

    internal static (Declaration? Declaration, IReadOnlyList<ConfigurationFault> Faults) Read(string json, Dictionary<string, string>? environment = null) =>
        ConfigurationFile.Parse(json, environment ?? [], PlatformRegistry.BuiltIn);

    internal static void Set(JsonNode root, string path, JsonNode? value)
    {
        var parts = path.Replace("]", "", StringComparison.Ordinal).Split('.', '[');
        var node = parts[..^1].Aggregate(root, (node, part) => char.IsAsciiDigit(part[0]) ? node[int.Parse(part)]! : node[part]!);
        node[parts[^1]] = value;
    }
}
