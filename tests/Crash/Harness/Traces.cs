using System.Text;

namespace Signalbox.Crash.Tests.Harness;

/// <summary>Looks through bytes for known personal data, however it is written: in any case and any of the usual encodings.</summary>
internal sealed class Traces
{
    private const byte CaseBit = 0x20;

    private readonly List<(string Name, byte[] Bytes)> needles = [];

    /// <param name="texts">ASCII.</param>
    public Traces(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Add(text, bytes);
            Add($"{text} in UTF-16", Encoding.Unicode.GetBytes(text));
            Add($"{text} in hex", Encoding.UTF8.GetBytes(Convert.ToHexString(bytes)));
            Add($"{text} percent-encoded", Encoding.UTF8.GetBytes(Uri.EscapeDataString(text)));
            Add($"{text} percent-encoded twice", Encoding.UTF8.GetBytes(Uri.EscapeDataString(Uri.EscapeDataString(text))));
            foreach (var word in Base64(bytes).Concat(Base64(Encoding.UTF8.GetBytes(text.ToLowerInvariant())))) Add($"{text} in base64", Encoding.UTF8.GetBytes(word));
        }
    }

    /// <returns>What was found, each with a part of what stands around it.</returns>
    public IReadOnlyList<string> FindIn(ReadOnlySpan<byte> bytes)
    {
        var folded = Fold(bytes);
        var found = new List<string>();
        foreach (var (name, needle) in needles)
        {
            if (folded.AsSpan().IndexOf(needle) is not (var at and >= 0)) continue;
            var (start, end) = (Math.Max(0, at - 40), Math.Min(bytes.Length, at + needle.Length + 40));
            found.Add($"{name}: …{Encoding.Latin1.GetString(bytes[start..end])}…");
        }
        return found;
    }

    public IReadOnlyList<string> FindIn(string text) => FindIn(Encoding.UTF8.GetBytes(text));

    private void Add(string name, byte[] needle) => needles.Add((name, Fold(needle)));

    /// <summary>The letters that are certain, wherever the text begins within what was encoded.</summary>
    private static IEnumerable<string> Base64(byte[] bytes)
    {
        for (var before = 0; before < 3; before++)
        {
            var word = Convert.ToBase64String([.. new byte[before], .. bytes]).TrimEnd('=');
            yield return word[(before == 0 ? 0 : before + 1)..^1];
        }
    }

    private static byte[] Fold(ReadOnlySpan<byte> bytes)
    {
        var folded = bytes.ToArray();
        foreach (ref var letter in folded.AsSpan())
        {
            if (letter is >= (byte)'A' and <= (byte)'Z') letter |= CaseBit;
        }
        return folded;
    }
}
