using System.Text.RegularExpressions;

namespace Signalbox.Architecture.Tests;

/// <summary>As much of Markdown as the documents use.</summary>
internal static partial class Markdown
{
    /// <summary>Where links and images outside code lead.</summary>
    public static IEnumerable<string> Links(string text) => Link().Matches(InlineCode().Replace(WithoutBlocks(text), "")).Select(match => match.Groups[1].Value);

    /// <summary>The headings as GitHub names them in addresses.</summary>
    public static IReadOnlySet<string> Anchors(string text) =>
        Heading().Matches(WithoutBlocks(text)).Select(match => Unnamed().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-')).ToHashSet();

    /// <summary>The lines of code blocks without a language, or with a shell's; comments are left out.</summary>
    public static IEnumerable<string> Commands(string text) =>
        from Match block in Block().Matches(text)
        where block.Groups[1].Value is "" or "sh"
        from line in block.Groups[2].Value.Split('\n')
        where line.Length > 0 && line[0] != '#'
        select line;

    private static string WithoutBlocks(string text) => Block().Replace(text, "");

    [GeneratedRegex(@"^```(\w*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\[[^\[\]]*\]\(([^()\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Unnamed();
}
