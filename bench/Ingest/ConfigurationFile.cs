using System.Globalization;
using System.Text.Json.Nodes;

namespace Signalbox.Bench.Ingest;

/// <summary>What a measured process is configured with.</summary>
internal static class ConfigurationFile
{
    /// <summary>Writes what a process needs for itself.</summary>
    /// <param name="more">Further keys, such as where events are kept.</param>
    /// <returns>The file's path.</returns>
    public static string Write(string path, params ReadOnlySpan<(string Key, JsonNode Value)> more)
    {
        var configuration = new JsonObject
        {
            ["listen"] = "http://127.0.0.1:0",
            ["adminKey"] = SignalboxServer.AdminKey,
            ["network"] = new JsonObject { ["allowPrivateDestinations"] = true },
        };
        foreach (var (key, value) in more) configuration[key] = value;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, configuration.ToJsonString());
        return path;
    }

    /// <summary>One workspace whose rate limit is out of reach.</summary>
    public static JsonArray Workspaces(int sinkPort) => new(new JsonObject
    {
        ["id"] = "acme",
        ["plan"] = "enterprise",
        ["rateLimitPerMinute"] = 100_000_000,
        ["subscription"] = "active",
        ["keys"] = new JsonArray(new JsonObject { ["name"] = "benchmark", ["key"] = SignalboxServer.ApiKey }),
        ["containers"] = new JsonArray(new JsonObject
        {
            ["id"] = Purchases.Container,
            ["siteKey"] = SignalboxServer.SiteKey,
            ["destinations"] = new JsonArray(new JsonObject
            {
                ["id"] = "meta-main",
                ["platform"] = "meta",
                ["endpoint"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{sinkPort}"),
                ["settings"] = new JsonObject { ["pixelId"] = "1234567890", ["accessToken"] = "token-of-benchmark" },
            }),
        }),
    });
}
