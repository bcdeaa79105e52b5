using System.Text.Json;
using Signalbox.Core.Events;

namespace Signalbox.Platforms.Meta;

/// <summary>
/// <c>user_data</c>: whom an event belongs to. Keys and which of them are hashed: "Customer information parameters" and
/// facebook-python-business-sdk's <c>serverside/user_data.py</c>, whose hashed keys hold lists. A bare click id is no key of Meta's: it goes out
/// only within <c>fbc</c>.
/// </summary>
internal static class MetaUserData
{
    private sealed record Key(JsonEncodedText Name, bool IsList);

    /// <summary>By identifier number.</summary>
    private static readonly Key?[] Keys = BuildKeys();

    private static readonly ulong Known = SetOf([.. Enum.GetValues<Identifier>().Where(kind => Keys[(int)kind] is not null)]);

    /// <summary>Combinations that Meta refuses for matching too many people (error 100/2804050, "Best practices").</summary>
    private static readonly ulong[] TooBroad =
    [
        SetOf(Identifier.CitySha256, Identifier.CountrySha256, Identifier.StateSha256, Identifier.PostalCodeSha256, Identifier.GenderSha256, Identifier.UserAgent),
        SetOf(Identifier.BirthDateSha256, Identifier.UserAgent),
        SetOf(Identifier.FirstNameSha256, Identifier.GenderSha256),
        SetOf(Identifier.LastNameSha256, Identifier.GenderSha256),
    ];

    /// <returns>Null, or why these identifiers do not do.</returns>
    public static string? WhyNot(Identifiers identifiers)
    {
        var present = 0UL;
        foreach (var identifier in identifiers) present |= Bit(identifier.Kind);
        present &= Known;
        if (present == 0) return "Meta takes no event without an identifier of the person or browser";
        foreach (var broad in TooBroad)
        {
            if ((present & ~broad) == 0) return "Meta takes no event whose identifiers fit too many people: add one such as email, phone, fbp, fbc, external id or IP address";
        }
        return null;
    }

    public static void Write(Utf8JsonWriter writer, Identifiers identifiers)
    {
        writer.WriteStartObject("user_data"u8);
        foreach (var identifier in identifiers)
        {
            if (Keys[(int)identifier.Kind] is not { } key) continue;
            if (key.IsList)
            {
                writer.WriteStartArray(key.Name);
                writer.WriteStringValue(identifier.Value);
                writer.WriteEndArray();
            }
            else
            {
                writer.WriteString(key.Name, identifier.Value);
            }
        }
        writer.WriteEndObject();
    }

    private static Key?[] BuildKeys()
    {
        var keys = new Key?[64];
        foreach (var (kind, name, isList) in new[]
        {
            (Identifier.EmailSha256, "em", true),
            (Identifier.PhoneSha256, "ph", true),
            (Identifier.FirstNameSha256, "fn", true),
            (Identifier.LastNameSha256, "ln", true),
            (Identifier.CitySha256, "ct", true),
            (Identifier.StateSha256, "st", true),
            (Identifier.PostalCodeSha256, "zp", true),
            (Identifier.CountrySha256, "country", true),
            (Identifier.GenderSha256, "ge", true),
            (Identifier.BirthDateSha256, "db", true),
            (Identifier.ExternalIdSha256, "external_id", true),
            (Identifier.ClientIp, "client_ip_address", false),
            (Identifier.UserAgent, "client_user_agent", false),
            (Identifier.Fbc, "fbc", false),
            (Identifier.Fbp, "fbp", false),
        })
        {
            keys[(int)kind] = new Key(JsonEncodedText.Encode(name), isList);
        }
        return keys;
    }

    private static ulong SetOf(params ReadOnlySpan<Identifier> kinds)
    {
        var set = 0UL;
        foreach (var kind in kinds) set |= Bit(kind);
        return set;
    }

    private static ulong Bit(Identifier kind) => 1UL << (int)kind;
}
