using System.Text;
using Signalbox.Core.Events;

namespace Signalbox.Platforms;

/// <summary>Makes a platform's words fit to be stored and shown.</summary>
internal static class PlatformWords
{
    private const int MaxLength = 300;

    /// <summary>Platforms repeat the token or a hash that they did not like; no word of a language is this long.</summary>
    private const int ShortestSecret = 24;

    /// <summary>On one line, without personal data and anything that looks like a secret, 300 characters at the most; null when nothing is left.</summary>
    public static string? Clean(string? words)
    {
        if (string.IsNullOrWhiteSpace(words)) return null;
        var scrubbed = Scrubber.Text(words);
        var clean = new StringBuilder(Math.Min(scrubbed.Length, MaxLength));
        for (var index = 0; index < scrubbed.Length && clean.Length <= MaxLength;)
        {
            var word = WordLength(scrubbed.AsSpan(index));
            if (word == 0) AppendBetweenWords(clean, scrubbed[index++]);
            else if (IsSecret(scrubbed.AsSpan(index, word))) clean.Append(Scrubber.Removed);
            else clean.Append(scrubbed, index, word);
            index += word;
        }
        if (clean.Length > MaxLength)
        {
            // Never half a character.
            clean.Length = char.IsHighSurrogate(clean[MaxLength - 2]) ? MaxLength - 2 : MaxLength - 1;
            clean.Append('…');
        }
        return clean.ToString().Trim() is { Length: > 0 } line ? line : null;
    }

    private static void AppendBetweenWords(StringBuilder clean, char letter)
    {
        var isSpace = char.IsWhiteSpace(letter) || char.IsControl(letter);
        if (!isSpace) clean.Append(letter);
        else if (clean.Length > 0 && clean[^1] != ' ') clean.Append(' ');
    }

    private static int WordLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] is '_' or '-')) length++;
        return length;
    }

    private static bool IsSecret(ReadOnlySpan<char> word) => word.Length >= ShortestSecret && word.ContainsAnyInRange('0', '9');
}
