using System.Net.Http.Headers;
using System.Text;

namespace Signalbox.Api.Dialects;

/// <summary>What an <c>Authorization</c> header holds.</summary>
/// <param name="Scheme">As sent; null without a header, or with one that cannot be read.</param>
/// <param name="Secret">Bearer's token, or Basic's user name; null where it cannot be read.</param>
internal readonly record struct Credentials(string? Scheme, string? Secret)
{
    public bool IsBasic => "Basic".Equals(Scheme, StringComparison.OrdinalIgnoreCase);

    public bool IsBearer => "Bearer".Equals(Scheme, StringComparison.OrdinalIgnoreCase);

    public static Credentials Of(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization.ToString(), out var header)) return default;
        var scheme = new Credentials(header.Scheme, null);
        if (header.Parameter is not { Length: > 0 } parameter) return scheme;
        return scheme.IsBearer ? scheme with { Secret = parameter } : scheme.IsBasic ? scheme with { Secret = UserName(parameter) } : scheme;
    }

    private static string? UserName(string base64)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length)) return null;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? text : text[..colon];
    }
}
