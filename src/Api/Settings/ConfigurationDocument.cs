using System.Text.Json;
using System.Text.Json.Nodes;
using Signalbox.Core.Ports;
using Signalbox.Core.Workspaces;
using Signalbox.Platforms;

namespace Signalbox.Api.Settings;

/// <summary>
/// A cluster's configuration as it stands in the store: the resolved workspaces, and the numbers that were registered for them, so that every process has
/// the same and none of them registers anything.
/// </summary>
internal static class ConfigurationDocument
{
    // Raised when a program that knows only the format before would misread it.
    private const int Format = 1;

    public static string Write(Declaration declaration, Registration registration)
    {
        var document = (JsonObject)declaration.Resolved.DeepClone();
        document["format"] = Format;
        document["registered"] = new JsonObject(registration.Containers.OrderBy(pair => pair.Value.Number).Select(pair => KeyValuePair.Create(pair.Key, Write(pair.Value))));
        return document.ToJsonString();
    }

    /// <returns>The configuration, or what keeps this program from using it, in words without values.</returns>
    public static (Configuration? Configuration, string Problem) Read(AppliedConfiguration applied, PlatformRegistry platforms)
    {
        try
        {
            var document = (JsonObject)JsonNode.Parse(applied.Document)!;
            var format = (int)document["format"]!;
            if (format > Format) return (null, $"it has format {format} of a newer program, and this one knows {Format}");
            var registration = new Registration(((JsonObject)document["registered"]!).ToDictionary(pair => pair.Key, pair => ReadContainer(pair.Value!)));
            var json = JsonSerializer.SerializeToElement(new JsonObject { ["workspaces"] = document["workspaces"]!.DeepClone() });
            var (workspaces, faults) = DeclarationReader.ReadResolved(json, platforms);
            return faults.Count > 0 ? (null, string.Join("; ", faults)) : (Declaration.Number(applied.Version, workspaces, registration), "");
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException or InvalidCastException or FormatException or NullReferenceException or KeyNotFoundException)
        {
            return (null, "it is damaged");
        }
    }

    private static JsonNode? Write(RegisteredContainer container) => new JsonObject
    {
        ["number"] = container.Number,
        ["digestKey"] = Convert.ToHexStringLower(container.DigestKey),
        ["destinations"] = new JsonObject(
            container.Destinations.OrderBy(pair => pair.Value).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))),
    };

    private static RegisteredContainer ReadContainer(JsonNode container) => new(
        (int)container["number"]!,
        Convert.FromHexString((string)container["digestKey"]!),
        ((JsonObject)container["destinations"]!).ToDictionary(pair => pair.Key, pair => (int)pair.Value!));
}
