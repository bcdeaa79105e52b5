using System.Runtime.CompilerServices;

namespace Signalbox.Core.Events;

/// <summary>
/// Takes personal data out of where it does not belong (I6): emails, and phone numbers written with a plus or with separators. Bare digits
/// stay, since they may be an order number. Time is linear in the input's length. For JSON see <see cref="JsonScrubber"/>.
/// </summary>
public static class Scrubber
{
    public const string Removed = "[removed]";

    /// <summary>Takes the place of a path segment; brackets do not belong into a URL.</summary>
    private const string RemovedSegment = "removed";

    /// <summary>Free text, such as a user agent or a platform's words, with <see cref="Removed"/> in place of what is personal.</summary>
    public static string Text(string text)
    {
        var (start, length) = PersonalPatterns.Next(text, 0);
        if (length == 0) return text;
        var scrubbed = new DefaultInterpolatedStringHandler(0, 0, null, stackalloc char[256]);
        var copied = 0;
        while (length > 0)
        {
            scrubbed.AppendFormatted(text.AsSpan(copied, start - copied));
            scrubbed.AppendLiteral(Removed);
            copied = start + length;
            (start, length) = PersonalPatterns.Next(text, copied);
        }
        scrubbed.AppendFormatted(text.AsSpan(copied));
        return scrubbed.ToStringAndClear();
    }

    /// <summary>
    /// An id that contains an email or is a formatted phone number becomes its SHA-256 in hex, so that equal ids stay equal. Others stay.
    /// </summary>
    public static string Id(string id) => PersonalPatterns.ContainsEmail(id) || PersonalPatterns.IsPhone(id) ? PersonalData.Hash(id) : id;

    /// <summary>
    /// An absolute URL, or one that starts with <c>/</c> or <c>?</c>, without user info, without the query and fragment parameters that hold
    /// personal data by their name or value (percent-decoded, even twice), and with <c>removed</c> in place of such path segments. All else,
    /// click ids above all, stays byte for byte. Anything that is no URL is scrubbed as text.
    /// </summary>
    public static string Url(string url)
    {
        var path = PathStart(url);
        if (path < 0) return Text(url);

        var scrubbed = new DefaultInterpolatedStringHandler(0, 0, null, stackalloc char[512]);
        AppendOrigin(ref scrubbed, url.AsSpan(0, path));
        var rest = url.AsSpan(path);
        var hash = rest.IndexOf('#');
        AppendPathAndQuery(ref scrubbed, hash < 0 ? rest : rest[..hash]);
        if (hash >= 0)
        {
            scrubbed.AppendLiteral("#");
            AppendFragment(ref scrubbed, rest[(hash + 1)..]);
        }
        if (!scrubbed.Text.SequenceEqual(url)) return scrubbed.ToStringAndClear();
        scrubbed.Clear();
        return url;
    }

    internal static bool IsUrl(string text) => PathStart(text) >= 0;

    internal static bool ContainsEmail(ReadOnlySpan<char> text) => PersonalPatterns.ContainsEmail(text);

    /// <returns>Where the path begins, behind scheme and authority; −1 when the text is no URL.</returns>
    private static int PathStart(ReadOnlySpan<char> text)
    {
        if (text.StartsWith('/') || text.StartsWith('?')) return 0;
        var scheme = text.IndexOf("://");
        if (scheme < 1 || !char.IsAsciiLetter(text[0])) return -1;
        foreach (var letter in text[..scheme])
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('+' or '-' or '.')) return -1;
        }
        var authority = scheme + 3;
        var end = text[authority..].IndexOfAny('/', '?', '#');
        return end < 0 ? text.Length : authority + end;
    }

    private static void AppendOrigin(ref DefaultInterpolatedStringHandler scrubbed, ReadOnlySpan<char> origin)
    {
        var userInfo = origin.LastIndexOf('@');
        if (userInfo < 0)
        {
            scrubbed.AppendFormatted(origin);
            return;
        }
        scrubbed.AppendFormatted(origin[..(origin.IndexOf("://") + 3)]);
        scrubbed.AppendFormatted(origin[(userInfo + 1)..]);
    }

    private static void AppendPathAndQuery(ref DefaultInterpolatedStringHandler scrubbed, ReadOnlySpan<char> text)
    {
        var question = text.IndexOf('?');
        AppendPath(ref scrubbed, question < 0 ? text : text[..question]);
        if (question >= 0) AppendParameters(ref scrubbed, text[(question + 1)..], "?");
    }

    /// <summary>A fragment is parameters, or a path of the page's own with parameters behind a question mark.</summary>
    private static void AppendFragment(ref DefaultInterpolatedStringHandler scrubbed, ReadOnlySpan<char> fragment)
    {
        if (fragment.Contains('?') || !fragment.Contains('=')) AppendPathAndQuery(ref scrubbed, fragment);
        else AppendParameters(ref scrubbed, fragment, "");
    }

    private static void AppendPath(ref DefaultInterpolatedStringHandler scrubbed, ReadOnlySpan<char> path)
    {
        var isFirst = true;
        foreach (var range in path.Split('/'))
        {
            if (!isFirst) scrubbed.AppendLiteral("/");
            isFirst = false;
            if (HoldsPersonalData(path[range])) scrubbed.AppendLiteral(RemovedSegment);
            else scrubbed.AppendFormatted(path[range]);
        }
    }

    /// <param name="lead">Written before the first parameter that stays.</param>
    private static void AppendParameters(ref DefaultInterpolatedStringHandler scrubbed, ReadOnlySpan<char> parameters, string lead)
    {
        var removed = false;
        var separator = lead;
        foreach (var range in parameters.Split('&'))
        {
            var parameter = parameters[range];
            if (IsPersonal(parameter))
            {
                removed = true;
                continue;
            }
            scrubbed.AppendLiteral(separator);
            scrubbed.AppendFormatted(parameter);
            separator = "&";
        }
        // What was an empty query stays one, byte for byte.
        if (!removed && separator == lead) scrubbed.AppendLiteral(lead);
    }

    private static bool IsPersonal(ReadOnlySpan<char> parameter)
    {
        var equals = parameter.IndexOf('=');
        var name = equals < 0 ? parameter : parameter[..equals];
        if (ClickIds.KindOf(name) is not null) return ContainsEmail(parameter);
        return HoldsPersonalData(parameter) || (equals >= 0 && IsPersonalName(name)) || (equals >= 0 && HoldsPersonalData(parameter[(equals + 1)..]));
    }

    private static bool IsPersonalName(ReadOnlySpan<char> name)
    {
        var decoded = name.ContainsAny('%', '+') ? Decode(Decode(name)) : name;
        return PersonalNames.IsPersonal(decoded) || decoded.Equals("name", StringComparison.OrdinalIgnoreCase);
    }

    private static bool HoldsPersonalData(ReadOnlySpan<char> encoded)
    {
        if (IsPersonalText(encoded)) return true;
        if (!encoded.ContainsAny('%', '+')) return false;
        var once = Decode(encoded);
        return IsPersonalText(once) || (once.Contains('%', StringComparison.Ordinal) && IsPersonalText(Decode(once)));
    }

    private static bool IsPersonalText(ReadOnlySpan<char> text) => PersonalPatterns.IsPhone(text) || PersonalPatterns.ContainsEmail(text);

    private static string Decode(ReadOnlySpan<char> encoded) =>
        Uri.UnescapeDataString(encoded.Contains('+') ? encoded.ToString().Replace('+', ' ') : encoded);
}
