using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Signalbox.Core.Events;

/// <summary>
/// Normalises one piece of personal data and hashes it: each method returns 64 lower-case hex digits of SHA-256 over UTF-8, without
/// salt, or null when nothing usable is left (empty, a placeholder such as <c>null</c> or <c>0</c>, longer than <see cref="MaxLength"/>).
/// What already is a hash passes through in lower case. The rules are Meta's (customer information parameters of its documentation;
/// facebook/capi-param-builder where that is silent), on which most platforms agree; each method says where it departs from them.
/// </summary>
public static class PersonalData
{
    /// <summary>Characters; nobody's email, name or number is longer.</summary>
    public const int MaxLength = 1024;

    private const int HashDigits = 64;

    private const string HashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Placeholders =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "null", "undefined", "none", "nan", "n/a", "(null)", "[object object]")
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether the value is 64 hex digits, in any case.</summary>
    public static bool IsHashed(ReadOnlySpan<char> value)
    {
        if (value.Length != HashDigits) return false;
        foreach (var digit in value)
        {
            if (!char.IsAsciiHexDigit(digit)) return false;
        }
        return true;
    }

    /// <summary>Whether the value stands for the lack of one: blank, <c>null</c>, <c>undefined</c>, <c>none</c>…, or only zeros and dashes.</summary>
    public static bool IsPlaceholder(ReadOnlySpan<char> value)
    {
        var trimmed = value.Trim();
        return trimmed.IndexOfAnyExcept('0', '-') < 0 || Placeholders.Contains(trimmed);
    }

    /// <summary>Trimmed and lower-cased. Whether it is an address is not checked.</summary>
    public static string? Email(string raw)
    {
        var value = raw.AsSpan().Trim();
        if (PassThrough(value, out var known)) return known;
        Span<char> normalised = stackalloc char[value.Length];
        value.ToLowerInvariant(normalised);
        return Hash(normalised);
    }

    /// <summary>
    /// Digits only, leading zeros dropped; 7 to 15 of them (ITU-T E.164). The country code has to be there: it cannot be guessed.
    /// </summary>
    public static string? Phone(string raw)
    {
        var value = raw.AsSpan().Trim();
        if (PassThrough(value, out var known)) return known;
        Span<char> digits = stackalloc char[value.Length];
        var length = 0;
        foreach (var letter in value)
        {
            var digit = CharUnicodeInfo.GetDecimalDigitValue(letter);
            if (digit > 0 || (digit == 0 && length > 0)) digits[length++] = (char)('0' + digit);
        }
        return length is >= 7 and <= 15 ? Hash(digits[..length]) : null;
    }

    /// <summary>Lower-cased, without white space and punctuation; accents and any script are kept.</summary>
    public static string? FirstName(string raw) => Letters(raw, dropDigits: false);

    /// <inheritdoc cref="FirstName"/>
    public static string? LastName(string raw) => Letters(raw, dropDigits: false);

    /// <summary>Lower-cased, without white space, punctuation and digits. Accents are kept, as the documentation says, unlike the capi-param-builder.</summary>
    public static string? City(string raw) => Letters(raw, dropDigits: true);

    /// <summary>
    /// Lower-cased, without white space, punctuation and digits; states of the US and provinces of Canada by their two-letter code.
    /// Elsewhere the name is kept whole: the capi-param-builder's first two letters would mix up states.
    /// </summary>
    public static string? State(string raw) => Letters(raw, dropDigits: true, PlaceNames.StateCode);

    /// <summary>Lower-cased, without white space and dashes; a US one only its first five digits.</summary>
    /// <param name="country">As <see cref="Country"/> takes it; null when unknown, and then only the shape 12345-6789 tells a US one.</param>
    public static string? PostalCode(string raw, string? country = null)
    {
        const int usDigits = 5;
        var value = raw.AsSpan().Trim();
        if (PassThrough(value, out var known)) return known;
        Span<char> normalised = stackalloc char[value.Length];
        var length = 0;
        foreach (var letter in value)
        {
            if (!char.IsWhiteSpace(letter) && letter != '-') normalised[length++] = char.ToLowerInvariant(letter);
        }
        var isZipPlusFour = length == 9 && value.Length == 10 && value[usDigits] == '-' && !normalised[..length].ContainsAnyExceptInRange('0', '9');
        var isUs = country is null ? isZipPlusFour : PlaceNames.CountryCode(country) == "us";
        if (isUs) length = Math.Min(length, usDigits);
        return length >= 2 ? Hash(normalised[..length]) : null;
    }

    /// <summary>ISO 3166-1 alpha-2 in lower case, from the code or a common English name; null for anything else.</summary>
    public static string? Country(string raw)
    {
        if (PassThrough(raw.AsSpan().Trim(), out var known)) return known;
        return PlaceNames.CountryCode(raw) is { } code ? Hash(code) : null;
    }

    /// <summary><c>f</c> or <c>m</c>, from the letter or a common word; null for anything else.</summary>
    public static string? Gender(string raw)
    {
        var value = raw.AsSpan().Trim();
        if (PassThrough(value, out var known)) return known;
        Span<char> word = stackalloc char[value.Length];
        value.ToLowerInvariant(word);
        return word switch
        {
            "f" or "female" or "w" or "woman" or "girl" or "weiblich" or "frau" or "femme" or "femenino" or "mujer" or "femmina" or "donna" => Hash("f"),
            "m" or "male" or "man" or "boy" or "männlich" or "mann" or "homme" or "masculino" or "hombre" or "maschio" or "uomo" => Hash("m"),
            _ => null,
        };
    }

    /// <summary>
    /// <c>YYYYMMDD</c>, from that, or from numbers separated by <c>-</c>, <c>/</c>, <c>.</c> or a space, a time behind it ignored. The year has
    /// four digits. Where it stands last, dots mean that the day comes first, and anything else that the month does unless it cannot.
    /// </summary>
    public static string? BirthDate(string raw)
    {
        var value = raw.AsSpan().Trim();
        if (PassThrough(value, out var known)) return known;
        if (!TryReadDate(value, out var year, out var month, out var day)) return null;
        if (year is < 1900 or > 2100 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return null;
        return Hash(string.Create(CultureInfo.InvariantCulture, $"{year:0000}{month:00}{day:00}"));
    }

    /// <summary>Trimmed and lower-cased.</summary>
    public static string? ExternalId(string raw) => Email(raw);

    /// <summary>SHA-256 over UTF-8 as 64 lower-case hex digits, of the value as it is.</summary>
    internal static string Hash(ReadOnlySpan<char> value)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        if (value.Length <= MaxLength)
        {
            Span<byte> utf8 = stackalloc byte[value.Length * 3];
            SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(value, utf8)], digest);
        }
        else
        {
            var utf8 = new byte[Encoding.UTF8.GetByteCount(value)];
            Encoding.UTF8.GetBytes(value, utf8);
            SHA256.HashData(utf8, digest);
        }
        return Convert.ToHexStringLower(digest);
    }

    /// <returns>Whether there is nothing to normalise: <paramref name="known"/> is the hash, or null for an unusable value.</returns>
    private static bool PassThrough(ReadOnlySpan<char> trimmed, out string? known)
    {
        known = null;
        if (trimmed.Length > MaxLength || IsPlaceholder(trimmed)) return true;
        if (!IsHashed(trimmed)) return false;
        if (!trimmed.Equals(HashOfNothing, StringComparison.OrdinalIgnoreCase)) known = trimmed.ToString().ToLowerInvariant();
        return true;
    }

    private static string? Letters(string raw, bool dropDigits, Func<ReadOnlySpan<char>, string?>? codeOf = null)
    {
        var value = raw.AsSpan().Trim();
        if (PassThrough(value, out var known)) return known;
        Span<char> normalised = stackalloc char[value.Length];
        var length = PlaceNames.Fold(value, normalised, dropDigits);
        if (length == 0) return null;
        return codeOf?.Invoke(normalised[..length]) is { } code ? Hash(code) : Hash(normalised[..length]);
    }

    private static bool TryReadDate(ReadOnlySpan<char> value, out int year, out int month, out int day)
    {
        (year, month, day) = (0, 0, 0);
        if (value.Length == 8 && !value.ContainsAnyExceptInRange('0', '9'))
        {
            (year, month, day) = (Number(value[..4]), Number(value[4..6]), Number(value[6..]));
            return true;
        }
        Span<Range> parts = stackalloc Range[4];
        if (value.SplitAny(parts, "-/. T") < 3) return false;
        ReadOnlySpan<char> first = value[parts[0]], second = value[parts[1]], third = value[parts[2]];
        if (first.Length == 4)
        {
            (year, month, day) = (Number(first), Number(second), Number(third));
        }
        else if (third.Length == 4)
        {
            (year, month, day) = (Number(third), Number(first), Number(second));
            var dayComesFirst = value[parts[0].End.Value] == '.' ? day <= 12 : month > 12;
            if (dayComesFirst) (month, day) = (day, month);
        }
        return year > 0;
    }

    private static int Number(ReadOnlySpan<char> digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
