using System.Text.Json;
using System.Text.Unicode;

namespace Signalbox.Sandbox;

/// <summary>
/// Parses JSON that can be taken apart without surprise. The stock parser lets invalid UTF-8 and lone surrogates through and
/// throws only when such a string is read; here they are refused at once.
/// </summary>
internal static class StrictJson
{
    public static bool TryParse(ReadOnlySpan<byte> utf8, out JsonElement element)
    {
        element = default;
        if (!Utf8.IsValid(utf8)) return false;
        try
        {
            if (utf8.IndexOf("\\u"u8) >= 0) ReadEveryEscape(utf8);
            element = JsonElement.Parse(utf8);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void ReadEveryEscape(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) reader.GetString();
        }
    }

    /// <summary>The property as a non-empty string, else null.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
