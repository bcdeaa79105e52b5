using System.Text.RegularExpressions;
using Signalbox.Sandbox.Rules;

namespace Signalbox.Sandbox.Meta;

/// <summary>Judges where a call goes and who makes it, before its events are looked at.</summary>
internal static partial class MetaPath
{
    public static (Violation, Func<long, Answer>)? Check(string version, string pixel)
    {
        if (!Version().IsMatch(version))
            return (new(MetaRules.ApiVersion, "version", "expected v and a number, such as v25.0"), MetaAnswers.UnknownPath);
        if (!Digits().IsMatch(pixel))
            return (new(MetaRules.PixelId, "pixel", "expected digits only"), MetaAnswers.NoSuchObject);
        return null;
    }

    public static (Violation, Func<long, Answer>)? CheckToken(Dictionary<string, string[]> tokens, string? token, string pixel)
    {
        if (token is null) return Refuse("missing: give it as query or body parameter or as Bearer", MetaAnswers.Unparsable);
        if (tokens.Count == 0)
        {
            if (token.StartsWith("expired", StringComparison.Ordinal)) return Refuse("expired", MetaAnswers.Expired);
            if (token.StartsWith("revoked", StringComparison.Ordinal)) return Refuse("revoked", MetaAnswers.Revoked);
            return null;
        }
        if (!tokens.TryGetValue(token, out var pixels)) return Refuse("unknown", MetaAnswers.Unparsable);
        if (pixels.Contains("*") || pixels.Contains(pixel)) return null;
        return tokens.Values.Any(p => p.Contains(pixel))
            ? (new(MetaRules.Permission, "access_token", "may not write to this pixel"), MetaAnswers.Forbidden)
            : (new(MetaRules.Permission, "pixel", "no token knows this pixel"), MetaAnswers.NoSuchObject);
    }

    private static (Violation, Func<long, Answer>) Refuse(string why, (int? Subcode, string Message) reason) =>
        (new(MetaRules.Token, "access_token", why), number => MetaAnswers.TokenRefused(number, reason));

    [GeneratedRegex(@"^v[0-9]{1,3}\.[0-9]{1,2}\z")]
    private static partial Regex Version();

    [GeneratedRegex(@"^[0-9]{1,30}\z")]
    private static partial Regex Digits();
}
