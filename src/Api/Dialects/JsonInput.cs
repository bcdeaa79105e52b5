using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Signalbox.Core.Events;

namespace Signalbox.Api.Dialects;

/// <summary>
/// Reads a request's JSON as all dialects do: <c>null</c> and <c>""</c> are absent, numbers may stand for ids and numeric strings for
/// numbers, and the first fault ends it. A fault names the field and what was expected, never the value.
/// </summary>
/// <remarks>Each read method is called with the reader at a property's name, or before an element, and leaves it at the value's last token.</remarks>
internal ref struct JsonInput
{
    private const int MaxDepth = 32;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    public Utf8JsonReader Reader;

    private JsonInput(ReadOnlySpan<byte> utf8) => Reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });

    /// <summary>What is wrong; null as long as nothing is.</summary>
    public string? Fault { get; private set; }

    /// <summary>Opens a body. From here on malformed JSON makes reading throw <see cref="JsonException"/>: see <see cref="Malformed"/>.</summary>
    public static JsonInput Open(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith(ByteOrderMark)) body = body[ByteOrderMark.Length..];
        var input = new JsonInput(body);
        // The reader looks only at the text that it is asked for.
        if (!Utf8.IsValid(body)) input.Fail("body", "expected UTF-8");
        else if (body.IndexOfAnyExcept(" \t\r\n"u8) < 0) input.Fail("body", "expected a JSON object, it is empty");
        return input;
    }

    /// <summary>Goes into the one object that a body has to be.</summary>
    public bool EnterBody() =>
        Fault is null && ((Reader.Read() && Reader.TokenType == JsonTokenType.StartObject) || Fail("body", "expected a JSON object"));

    /// <summary>The fault for a body that is no JSON.</summary>
    public readonly string Malformed(JsonException broken)
    {
        // The depth counts a container only behind its start.
        var levels = Reader.CurrentDepth + (Reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? 1 : 0);
        return levels >= MaxDepth
            ? $"body: nested too deeply, expected at most {MaxDepth} levels"
            : $"body: not valid JSON at line {(broken.LineNumber ?? 0) + 1}, byte {(broken.BytePositionInLine ?? 0) + 1}";
    }

    /// <returns>Always false, so that a method can end with it.</returns>
    public bool Fail(string path, string expected)
    {
        Fault ??= $"{path}: {expected}";
        return false;
    }

    /// <summary>Reads on to see that nothing stands behind the body's object.</summary>
    public void End() => Reader.Read();

    public void Skip()
    {
        Reader.Read();
        Reader.Skip();
    }

    /// <returns>Whether an object follows, into which the reader has gone; false when it is absent or something else, which is a fault.</returns>
    public bool EnterObject(string path) => Enter(path, JsonTokenType.StartObject, "expected an object");

    /// <inheritdoc cref="EnterObject"/>
    public bool EnterArray(string path) => Enter(path, JsonTokenType.StartArray, "expected an array");

    /// <summary>A string.</summary>
    /// <param name="value">Null when it is absent.</param>
    /// <returns>False when there is a fault.</returns>
    public bool Text(string path, int maxLength, out string? value)
    {
        Reader.Read();
        return CurrentText(path, maxLength, mayBeNumber: false, out value);
    }

    /// <summary>A string, or a number taken as it is written.</summary>
    public bool Id(string path, int maxLength, out string? value)
    {
        Reader.Read();
        return CurrentText(path, maxLength, mayBeNumber: true, out value);
    }

    /// <summary>As <see cref="Text"/>, of the element at which the reader stands.</summary>
    public bool CurrentText(string path, int maxLength, out string? value) => CurrentText(path, maxLength, mayBeNumber: false, out value);

    /// <summary>As <see cref="Id"/>, of the element at which the reader stands.</summary>
    public bool CurrentId(string path, int maxLength, out string? value) => CurrentText(path, maxLength, mayBeNumber: true, out value);

    /// <summary>A number, or a string that holds one.</summary>
    /// <param name="expected">In words, such as <c>expected a number</c>.</param>
    public bool Number(string path, string expected, out decimal? value)
    {
        const int longestNumber = 64;
        value = null;
        Reader.Read();
        if (Reader.TokenType == JsonTokenType.Number)
        {
            if (!Reader.TryGetDecimal(out var number)) return Fail(path, expected);
            value = number;
            return true;
        }
        if (!CurrentText(path, int.MaxValue, mayBeNumber: false, out var text)) return Refine(path, expected);
        if (text is null) return true;
        if (text.Length > longestNumber || !decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed)) return Fail(path, expected);
        value = parsed;
        return true;
    }

    private bool CurrentText(string path, int maxLength, bool mayBeNumber, out string? value)
    {
        value = null;
        switch (Reader.TokenType)
        {
            case JsonTokenType.Null:
                return true;
            case JsonTokenType.Number when mayBeNumber:
                value = Encoding.ASCII.GetString(Reader.ValueSpan);
                break;
            case JsonTokenType.String:
                if (!TryGetString(out value)) return Fail(path, "expected valid text, an escape sequence or a surrogate is broken");
                break;
            default:
                return Fail(path, "expected a string");
        }
        if (value.Length > maxLength) return Fail(path, $"expected at most {maxLength} characters");
        if (value.Length == 0) value = null;
        return true;
    }

    private bool Refine(string path, string expected)
    {
        Fault = null;
        return Fail(path, expected);
    }

    private bool Enter(string path, JsonTokenType start, string expected)
    {
        Reader.Read();
        if (Reader.TokenType == start) return true;
        var isAbsent = Reader.TokenType == JsonTokenType.Null || (Reader.TokenType == JsonTokenType.String && Reader.ValueSpan.IsEmpty);
        return !isAbsent && Fail(path, expected);
    }

    private readonly bool TryGetString(out string value)
    {
        try
        {
            value = Reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            value = "";
            return false;
        }
    }

    /// <summary>The members of one object, one after the other. A name that stands twice is a fault.</summary>
    public struct Members(FieldNames fields)
    {
        private const int LongestKnownName = 64;

        private ulong seen;
        private HashSet<string>? others;

        /// <summary>The names that are no known fields.</summary>
        public readonly IReadOnlySet<string>? Others => others;

        /// <param name="field">The field's number, or −1 for an unknown one, whose name is <paramref name="other"/>.</param>
        /// <returns>False at the object's end, and after a fault.</returns>
        public bool Next(ref JsonInput input, out int field, out string? other)
        {
            field = -1;
            other = null;
            if (input.Fault is not null) return false;
            input.Reader.Read();
            if (input.Reader.TokenType != JsonTokenType.PropertyName) return false;

            if (input.Reader.ValueSpan.Length <= LongestKnownName && !input.Reader.ValueIsEscaped)
            {
                Span<char> name = stackalloc char[LongestKnownName];
                field = fields.Find(name[..Encoding.UTF8.GetChars(input.Reader.ValueSpan, name)]);
            }
            if (field < 0)
            {
                if (!input.TryGetString(out other)) return input.Fail(fields.Prefix + "?", "expected a valid name, an escape sequence or a surrogate is broken");
                if (input.Reader.ValueIsEscaped) field = fields.Find(other);
            }
            if (field >= 0)
            {
                var bit = 1UL << field;
                if ((seen & bit) != 0) return input.Fail(fields.PathOf(field), "stands twice in one object");
                seen |= bit;
                other = null;
                return true;
            }
            return (others ??= new HashSet<string>(StringComparer.Ordinal)).Add(other!)
                || input.Fail(fields.Prefix + Scrubber.Text(other!), "stands twice in one object");
        }
    }
}
