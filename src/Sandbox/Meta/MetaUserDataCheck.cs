using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Signalbox.Sandbox.Rules;

namespace Signalbox.Sandbox.Meta;

/// <summary>Holds an event's <c>user_data</c> against <see cref="MetaRules"/>. Hashes are judged by their shape: what was hashed cannot be seen.</summary>
internal readonly partial struct MetaUserDataCheck(string path, JsonElement? userData, Findings findings)
{
    private static readonly HashSet<string> Hashed =
        ["em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country", "f5first", "f5last", "fi", "dobd", "dobm", "doby"];

    private static readonly HashSet<string> InTheClear =
    [
        "external_id", "client_ip_address", "client_user_agent", "fbc", "fbp", "subscription_id", "fb_login_id", "lead_id", "anon_id", "madid",
        "page_id", "page_scoped_user_id", "ctwa_clid", "ig_account_id", "ig_sid",
    ];

    private static readonly HashSet<string> NotIdentifying = ["partner_id", "partner_name"];

    private static readonly HashSet<string>[] TooBroad =
        [["ct", "country", "st", "zp", "ge", "client_user_agent"], ["db", "client_user_agent"], ["fn", "ge"], ["ln", "ge"]];

    public void Run()
    {
        var identifiers = new List<string>();
        if (userData is { } data)
        {
            foreach (var property in data.EnumerateObject())
            {
                if (IsAbsent(property)) continue;
                if (Hashed.Contains(property.Name)) CheckHashes(property);
                else if (InTheClear.Contains(property.Name)) CheckPlain(property);
                else
                {
                    if (!NotIdentifying.Contains(property.Name)) Add(MetaRules.UnknownUserData, property.Name, "not a key Meta knows");
                    continue;
                }
                identifiers.Add(property.Name);
            }
        }
        if (identifiers.Count == 0)
            Insufficient(MetaRules.UserData, "required: at least one identifier");
        else if (TooBroad.Any(combination => identifiers.All(combination.Contains)))
            Insufficient(MetaRules.UserDataTooBroad, "too broad to match anybody: add an identifier of one person");
    }

    private void CheckHashes(JsonProperty property)
    {
        if (property.Value.ValueKind != JsonValueKind.Array)
        {
            CheckHash(property.Name, property.Value);
            return;
        }
        foreach (var value in property.Value.EnumerateArray()) CheckHash(property.Name, value);
    }

    private void CheckHash(string key, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && IsSha256(JsonMarshal.GetRawUtf8Value(value)[1..^1])) return;
        var text = value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : "";
        // Hex of some length is a hash gone wrong (MD5, upper case); anything else is what should have been hashed.
        if (text.Length == 0 || HexDigest().IsMatch(text)) Add(MetaRules.HashShape, key, "expected SHA-256 as 64 lower-case hex digits");
        else Add(MetaRules.UnhashedPersonalData, key, "not hashed: normalise it and send its SHA-256");
    }

    // Meta's own SDK appends "." and 8 characters of base64url, or 2, to the hashes it makes.
    private static bool IsSha256(ReadOnlySpan<byte> text) =>
        text.Length >= 64 && text[..64].IndexOfAnyExcept("0123456789abcdef"u8) < 0 && IsAppendix(text[64..]);

    private static bool IsAppendix(ReadOnlySpan<byte> rest) =>
        rest.Length == 0
        || (rest.Length is 3 or 9 && rest[0] == '.'
            && rest[1..].IndexOfAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8) < 0);

    private void CheckPlain(JsonProperty property)
    {
        var text = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : "";
        if (property.Name == "fbc" && !Fbc().IsMatch(text)) Add(MetaRules.FbcShape, "fbc", "expected fb.<index>.<milliseconds>.<click id>");
        if (property.Name == "fbp" && !Fbp().IsMatch(text)) Add(MetaRules.FbpShape, "fbp", "expected fb.<index>.<milliseconds>.<number>");
        if (property.Name == "client_ip_address" && !IPAddress.TryParse(Appendix().Replace(text, ""), out _) && !IPAddress.TryParse(text, out _))
            Add(MetaRules.ClientIpAddress, "client_ip_address", "expected an IP address, not hashed");
    }

    // An empty string where a hash belongs is no absence but a mistake.
    private static bool IsAbsent(JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.Array => property.Value.GetArrayLength() == 0,
        JsonValueKind.String => property.Value.ValueEquals("") && !Hashed.Contains(property.Name),
        _ => false,
    };

    private void Insufficient(Rule rule, string message) =>
        findings.Add(new(rule, path, message, 2804050, "Insufficient customer information for this event"));

    private void Add(Rule rule, string key, string message) => findings.Add(new(rule, $"{path}.{key}", message));

    [GeneratedRegex("^[0-9a-fA-F]{32,}$")]
    private static partial Regex HexDigest();

    [GeneratedRegex(@"^fb\.[0-9]\.[0-9]{13}\.\S+\z")]
    private static partial Regex Fbc();

    [GeneratedRegex(@"^fb\.[0-9]\.[0-9]{13}\.[0-9]+(\.([A-Za-z0-9_-]{2}|[A-Za-z0-9_-]{8}))?\z")]
    private static partial Regex Fbp();

    [GeneratedRegex(@"\.([A-Za-z0-9_-]{8}|[A-Za-z]{2})\z")]
    private static partial Regex Appendix();
}
