using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;

namespace Signalbox.Sandbox.Arrivals;

/// <summary>Takes credentials out of what a request shows: somebody may point a real configuration at a sandbox.</summary>
internal static partial class Masking
{
    private const string Mask = "masked";
    private static readonly string[] Secrets = ["access_token", "appsecret_proof"];
    private static readonly string[] SecretHeaders = ["Authorization", "Proxy-Authorization", "Cookie", "Access-Token"];

    public static KeyValuePair<string, string>[] Headers(IHeaderDictionary headers) =>
        [.. headers.Select(h => KeyValuePair.Create(h.Key, SecretHeaders.Contains(h.Key, StringComparer.OrdinalIgnoreCase) ? Mask : h.Value.ToString()))];

    public static string Path(HttpRequest request)
    {
        var path = request.PathBase + request.Path;
        var query = request.Query.SelectMany(q => q.Value.Select(v =>
            KeyValuePair.Create(q.Key, Secrets.Contains(q.Key, StringComparer.OrdinalIgnoreCase) ? Mask : v)));
        return QueryHelpers.AddQueryString(path, query);
    }

    /// <summary>The body as JSON if it is JSON, else as a JSON string.</summary>
    public static JsonNode? Body(byte[] body)
    {
        if (!StrictJson.TryParse(body, out var element)) return InText().Replace(Encoding.UTF8.GetString(body), "${before}" + Mask);
        if (element.ValueKind != JsonValueKind.Object || !Secrets.Any(s => element.TryGetProperty(s, out _))) return Node(element);
        var copy = new JsonObject();
        foreach (var property in element.EnumerateObject())
            copy[property.Name] = Secrets.Contains(property.Name) ? Mask : Node(property.Value);
        return copy;
    }

    private static JsonNode? Node(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(element),
        JsonValueKind.Array => JsonArray.Create(element),
        _ => JsonValue.Create(element),
    };

    // Three places: a form field, a JSON property in a body that is not quite JSON, a part of a multipart form.
    [GeneratedRegex("""(?<before>(?:^|&)(?:access_token|appsecret_proof)=)[^&]*|(?<before>"(?:access_token|appsecret_proof)"\s*:\s*")[^"]*|(?<before>name="?(?:access_token|appsecret_proof)"?[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n)[^\r\n]*""")]
    private static partial Regex InText();
}
