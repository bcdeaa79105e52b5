using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using Signalbox.Core.Ports;

namespace Signalbox.Platforms.Meta;

/// <summary>One Meta pixel (dataset) with its token.</summary>
/// <param name="TestEventCode">Shows the events under "Test events" in Meta's Events Manager; null in production.</param>
internal sealed record MetaSettings(string PixelId, Uri Url, string AccessToken, string? TestEventCode) : PlatformSettings(PixelId)
{
    private const int LongestPixelId = 20;

    private static readonly Uri Graph = new("https://graph.facebook.com");

    private static readonly SearchValues<char> TokenLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=|");

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; } =
        [KeyValuePair.Create("Authorization", new AuthenticationHeaderValue("Bearer", AccessToken).ToString())];

    public static MetaSettings? Read(JsonElement settings, Uri? endpoint, Action<string, string> faults)
    {
        var reader = new SettingsReader(settings, faults);
        var pixelId = reader.Required("pixelId", value => value.Length is > 0 and <= LongestPixelId && value.All(char.IsAsciiDigit) ? null : "must be a string of digits");
        var token = reader.Required("accessToken", value => value.Length > 0 && !value.AsSpan().ContainsAnyExcept(TokenLetters) ? null : "must be a token as Meta's Events Manager shows it, without spaces");
        var testEventCode = reader.Optional("testEventCode", value => value.Length > 0 ? null : "must be a code such as TEST12345, or null");
        if (reader.HasFaults()) return null;
        return new MetaSettings(pixelId, Endpoint.Replace(new Uri(Graph, $"/{MetaLimits.ApiVersion}/{pixelId}/events"), endpoint), token, testEventCode);
    }

    /// <summary>Without the token, so that no log line can hold it.</summary>
    public override string ToString() => $"pixel {PixelId}";
}
