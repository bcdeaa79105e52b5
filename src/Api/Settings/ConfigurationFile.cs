using System.Collections;
using System.Text.Json;
using Signalbox.Platforms;

namespace Signalbox.Api.Settings;

/// <summary>Reads a configuration file (JSON; comments and trailing commas are fine) with the environment over it, whole.</summary>
public static class ConfigurationFile
{
    public const string DefaultName = "signalbox.json";

    /// <param name="environment">The variables of the process.</param>
    /// <param name="use">Decides which part of the file counts.</param>
    /// <returns>The declaration, or every fault that there is.</returns>
    public static (Declaration? Declaration, IReadOnlyList<ConfigurationFault> Faults) Read(
        string path, IReadOnlyDictionary<string, string> environment, PlatformRegistry platforms, ConfigurationUse use = ConfigurationUse.Alone)
    {
        try
        {
            return Parse(File.ReadAllText(path), environment, platforms, use);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return (null, [new ConfigurationFault("", $"{path} cannot be read: {unreadable.Message}")]);
        }
    }

    /// <inheritdoc cref="Read"/>
    public static (Declaration? Declaration, IReadOnlyList<ConfigurationFault> Faults) Parse(
        string json, IReadOnlyDictionary<string, string> environment, PlatformRegistry platforms, ConfigurationUse use = ConfigurationUse.Alone)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false,
            });
            return DeclarationReader.Read(document.RootElement, environment, platforms, use);
        }
        catch (JsonException broken)
        {
            return (null, [new ConfigurationFault("", $"not valid JSON{Place(broken)}")]);
        }
    }

    public static IReadOnlyDictionary<string, string> ProcessEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");

    private static string Place(JsonException broken) =>
        broken.LineNumber is { } line ? $" in line {line + 1}, byte {broken.BytePositionInLine + 1}" : $": {broken.Message}";
}
