using System.Globalization;

namespace Signalbox.Core.Events;

/// <summary>Platforms' click ids: read from the query of a landing page, and put into the form in which Meta wants its own.</summary>
public static class ClickIds
{
    private static readonly (string Parameter, Identifier Kind)[] Parameters =
    [
        ("fbclid", Identifier.Fbclid), ("gclid", Identifier.Gclid), ("gbraid", Identifier.Gbraid), ("wbraid", Identifier.Wbraid), ("ttclid", Identifier.Ttclid),
    ];

    /// <summary>
    /// Meta's <c>fbc</c>, <c>fb.1.ms.fbclid</c>, as its documentation ("fbp and fbc parameters") has servers make it: with the time at which
    /// the click was first seen, and the click id as it is, case included.
    /// </summary>
    public static string Fbc(string fbclid, DateTimeOffset clickTime) =>
        string.Create(CultureInfo.InvariantCulture, $"fb.1.{clickTime.ToUnixTimeMilliseconds()}.{fbclid}");

    /// <returns>The click id within an <c>fbc</c>, without what Meta's libraries append to it; null when it is not of that form.</returns>
    public static string? FbclidOf(string fbc)
    {
        var value = fbc.AsSpan();
        Span<Range> parts = stackalloc Range[6];
        if (value.Split(parts, '.') is not (4 or 5) || value[parts[0]] is not "fb") return null;
        if (!IsNumber(value[parts[1]]) || !IsNumber(value[parts[2]]) || value[parts[3]].IsEmpty) return null;
        return value[parts[3]].ToString();
    }

    /// <summary>The click ids in a page's address, percent-decoded, in their own case; the first one of each kind. Placeholders are left out.</summary>
    public static IReadOnlyList<(Identifier Kind, string Value)> Read(string? url)
    {
        var query = url is null ? -1 : url.IndexOf('?', StringComparison.Ordinal);
        if (query < 0) return [];
        var rest = url.AsSpan(query + 1);
        if (rest.IndexOf('#') is var fragment and >= 0) rest = rest[..fragment];

        List<(Identifier Kind, string Value)>? found = null;
        foreach (var range in rest.Split('&'))
        {
            var parameter = rest[range];
            var equals = parameter.IndexOf('=');
            if (equals < 0 || KindOf(parameter[..equals]) is not { } kind) continue;
            var value = Uri.UnescapeDataString(parameter[(equals + 1)..]);
            if (PersonalData.IsPlaceholder(value) || Scrubber.ContainsEmail(value)) continue;
            found ??= [];
            if (!found.Exists(known => known.Kind == kind)) found.Add((kind, value));
        }
        return found ?? [];
    }

    /// <summary>Which identifier a query parameter of this name holds.</summary>
    internal static Identifier? KindOf(ReadOnlySpan<char> parameter)
    {
        foreach (var (name, kind) in Parameters)
        {
            if (parameter.Equals(name, StringComparison.OrdinalIgnoreCase)) return kind;
        }
        return null;
    }

    private static bool IsNumber(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
}
