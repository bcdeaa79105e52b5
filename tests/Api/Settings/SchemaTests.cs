using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NJsonSchema;
using Signalbox.Api.Settings;

namespace Signalbox.Api.Tests.Settings;

/// <summary>The schema that editors use says the same as the validator.</summary>
public sealed partial class SchemaTests
{
    private static readonly string Root = FindRoot();

    /// <summary>A file with everything.</summary>
    private const string WholeExample = """
        {
          "listen": "http://127.0.0.1:8080",
          "data": "./data",
          "adminKey": "${SIGNALBOX_ADMIN_KEY}",
          "network": { "allowPrivateDestinations": false, "requireHttps": false },
          "telemetry": { "otlpEndpoint": "http://127.0.0.1:4318" },
          "workspaces": [{
            "id": "acme", "plan": "enterprise", "rateLimitPerMinute": 600000,
            "subscription": "active", "monthlyConversions": 1000000,
            "keys": [{ "name": "checkout backend", "key": "capi_1f6c", "containers": ["shop"], "defaultContainer": "shop", "scopes": ["ingest"], "eventTypes": null }],
            "customEvents": [{ "key": "demo_booked", "billable": true }],
            "containers": [{
              "id": "shop", "siteKey": "site_shop", "domains": ["shop.example"], "dedupeWindowHours": 48,
              "destinations": [
                { "id": "meta-main", "platform": "meta", "endpoint": null, "enabled": true,
                  "settings": { "pixelId": "1234567890", "accessToken": "token", "testEventCode": null },
                  "consent": { "required": ["marketing"] },
                  "limits": { "eventsPerSecond": 1000, "batchSize": 1000, "maxDelayMs": 1000, "parallelCalls": 4 } },
                { "id": "warehouse", "platform": "webhook", "settings": { "url": "https://warehouse.example/hook", "secret": "whsec_c2lnbmFsYm94LnNhbmRib3guZGVtby5zZWNyZXQ=" } }
              ] }] }]
        }
        """;

    [Fact]
    public async Task The_whole_example_is_valid_for_both()
    {
        var schema = await ReadSchema();
        var (declaration, faults) = FaultTests.Read(WholeExample, new() { ["SIGNALBOX_ADMIN_KEY"] = "admin" });

        Assert.Empty(schema.Validate(WholeExample));
        Assert.Empty(faults);
        Assert.Equal("admin", declaration!.AdminKey);
        Assert.Equal(["demo_booked"], declaration.Workspaces[0].CustomEvents.Select(custom => custom.Key));
    }

    [Fact]
    public async Task Every_configuration_in_the_documents_is_valid_for_both()
    {
        var schema = await ReadSchema();
        foreach (var (file, example) in Documents().SelectMany(Examples))
        {
            var variables = Reference().Matches(example).Select(match => match.Groups[1].Value).Distinct().ToDictionary(name => name, _ => "x");
            var faults = ConfigurationFile.Parse(example, variables, Platforms.PlatformRegistry.BuiltIn, UseOf(example)).Faults.Select(fault => fault.ToString())
                .Concat(schema.Validate(WithoutComments(example)).Select(error => error.ToString()));
            Assert.True(!faults.Any(), $"{file}: {string.Join("\n", faults)}\n{example}");
        }
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("network", "network")]
    [InlineData("telemetry", "telemetry")]
    [InlineData("workspaces[0]", "workspace")]
    [InlineData("workspaces[0].keys[0]", "key")]
    [InlineData("workspaces[0].customEvents[0]", "customEvent")]
    [InlineData("workspaces[0].containers[0]", "container")]
    [InlineData("workspaces[0].containers[0].destinations[0]", "destination")]
    [InlineData("workspaces[0].containers[0].destinations[0].consent", "destination/consent")]
    [InlineData("workspaces[0].containers[0].destinations[0].limits", "destination/limits")]
    public void Schema_and_validator_know_the_same_keys(string path, string inSchema)
    {
        const string nobodysKey = "xxxxxxxxxxxxxxxxxxxxxx";
        var configuration = JsonNode.Parse(WholeExample)!;
        FaultTests.Set(configuration, path.Length == 0 ? nobodysKey : $"{path}.{nobodysKey}", 1);
        var (_, faults) = FaultTests.Read(configuration.ToJsonString(), new() { ["SIGNALBOX_ADMIN_KEY"] = "admin" });
        var known = Assert.Single(faults).Problem.Split("one of ")[1].Split(", ");

        var schema = JsonNode.Parse(File.ReadAllText(SchemaPath))!;
        var node = inSchema switch
        {
            "" => schema,
            "network" or "telemetry" => schema["properties"]![inSchema]!,
            _ when inSchema.Split('/') is [var definition, var property] => schema["definitions"]![definition]!["properties"]![property]!,
            _ => schema["definitions"]![inSchema]!,
        };
        Assert.Equal(node["properties"]!.AsObject().Select(property => property.Key).Order(), known.Order());
    }

    [Theory]
    [InlineData("meta", 0)]
    [InlineData("webhook", 1)]
    public void Schema_and_platforms_know_the_same_settings(string platform, int index)
    {
        const string nobodysKey = "xxxxxxxxxxxxxxxxxxxxxx";
        var configuration = JsonNode.Parse(WholeExample)!;
        FaultTests.Set(configuration, $"workspaces[0].containers[0].destinations[{index}].settings.{nobodysKey}", "x");
        var (_, faults) = FaultTests.Read(configuration.ToJsonString(), new() { ["SIGNALBOX_ADMIN_KEY"] = "admin" });
        var known = Assert.Single(faults).Problem.Split("there are ")[1].Split(", ");

        var rules = JsonNode.Parse(File.ReadAllText(SchemaPath))!["definitions"]!["destination"]!["allOf"]!.AsArray();
        var rule = Assert.Single(rules, rule => (string?)rule!["if"]!["properties"]!["platform"]!["const"] == platform)!;
        Assert.Equal(rule["then"]!["properties"]!["settings"]!["properties"]!.AsObject().Select(property => property.Key).Order(), known.Order());
    }

    [Fact]
    public void The_schema_lists_every_platform()
    {
        var platforms = JsonNode.Parse(File.ReadAllText(SchemaPath))!["definitions"]!["destination"]!["properties"]!["platform"]!["enum"]!.AsArray();
        Assert.Equal(Platforms.PlatformRegistry.BuiltIn.Names, platforms.Select(name => (string?)name));
    }

    private static string SchemaPath => Path.Combine(Root, "src", "Api", "Settings", "signalbox.schema.json");

    private static async Task<JsonSchema> ReadSchema() => await JsonSchema.FromFileAsync(SchemaPath);

    private static IEnumerable<string> Documents() =>
        Directory.EnumerateFiles(Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories));

    private static IEnumerable<(string File, string Example)> Examples(string file) =>
        from Match block in JsonBlock().Matches(File.ReadAllText(file))
        where Has(block.Groups[1].Value, "workspaces") || Has(block.Groups[1].Value, "cluster")
        select (file, block.Groups[1].Value);

    private static ConfigurationUse UseOf(string example) =>
        !Has(example, "cluster") ? ConfigurationUse.Alone : Has(example, "workspaces") ? ConfigurationUse.Apply : ConfigurationUse.Silo;

    private static bool Has(string example, string key) => example.Contains($"\"{key}\"", StringComparison.Ordinal);

    private static string WithoutComments(string json) =>
        JsonNode.Parse(json, null, new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true })!.ToJsonString();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Orleans.sln"))) folder = folder.Parent;
        return folder?.FullName ?? Path.GetFullPath(Path.Combine(SourceFolder(), "..", "..", ".."));
    }

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex("```jsonc?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Reference();
}
