using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Signalbox.Core.Events;

/// <summary>Why JSON cannot be copied.</summary>
/// <param name="Path">Dotted, such as <c>items[2].name</c>; scrubbed itself.</param>
/// <param name="Problem">In words, such as <c>stands twice in one object</c>.</param>
public readonly record struct JsonFault(string Path, string Problem);

/// <summary>
/// Copies JSON without the personal data in it: properties that are personal by name are left out, strings are scrubbed by
/// <see cref="Scrubber.Text"/> or, where they are URLs, <see cref="Scrubber.Url"/>; all else is copied as it stands. What cannot be read
/// as text, and a name that stands twice in one object, is a fault, never an exception.
/// </summary>
/// <remarks>Malformed JSON is the reader's matter: it throws its <see cref="JsonException"/> at that place.</remarks>
public static class JsonScrubber
{
    private const string Twice = "stands twice in one object";
    private const string NoText = "is not valid text: an escape sequence or a surrogate is broken";

    private const int FewestPhoneDigits = 7;

    /// <summary>Without one of these a string holds no email and no URL, is no escaped text, and a phone number in it has many digits.</summary>
    private static readonly SearchValues<byte> Suspicious = SearchValues.Create("@%+\\/?"u8);

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);

    /// <summary>Copies an object's members, without its braces. The reader stands at its start, and afterwards at its end.</summary>
    /// <returns>Null when all went well; otherwise the writer holds half a copy, and the reader stands somewhere inside.</returns>
    public static JsonFault? CopyMembers(ref Utf8JsonReader reader, Utf8JsonWriter writer) => CopyMembers(ref reader, writer, ofPerson: false);

    /// <summary>Copies one property or leaves it out. The reader stands at its name, and afterwards at the last token of its value.</summary>
    /// <returns>As <see cref="CopyMembers(ref Utf8JsonReader, Utf8JsonWriter)"/>; duplicates of the property itself are the caller's matter.</returns>
    public static JsonFault? CopyMember(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        return TryGetText(ref reader, out var name) ? CopyMember(ref reader, writer, name, ofPerson: false) : new JsonFault("?", NoText);
    }

    private static JsonFault? CopyMembers(ref Utf8JsonReader reader, Utf8JsonWriter writer, bool ofPerson)
    {
        var names = new NameSet();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!TryGetText(ref reader, out var name)) return new JsonFault("?", NoText);
            if (!names.Add(name)) return new JsonFault(Scrubber.Text(name), Twice);
            if (CopyMember(ref reader, writer, name, ofPerson) is { } fault) return fault;
        }
        return null;
    }

    private static JsonFault? CopyMember(ref Utf8JsonReader reader, Utf8JsonWriter writer, string name, bool ofPerson)
    {
        reader.Read();
        var isPerson = reader.TokenType == JsonTokenType.StartObject && PersonalNames.IsPerson(name);
        var isPersonal = !isPerson && (ofPerson ? PersonalNames.IsPersonalOfPerson(name) : PersonalNames.IsPersonal(name));
        if (isPersonal || !ReferenceEquals(Scrubber.Text(name), name))
        {
            reader.Skip();
            return null;
        }
        writer.WritePropertyName(name);
        if (CopyValue(ref reader, writer, isPerson || ofPerson) is not { } fault) return null;
        var dot = fault.Path.Length == 0 || fault.Path[0] == '[' ? "" : ".";
        return fault with { Path = name + dot + fault.Path };
    }

    private static JsonFault? CopyValue(ref Utf8JsonReader reader, Utf8JsonWriter writer, bool ofPerson)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                if (CopyMembers(ref reader, writer, ofPerson) is { } fault) return fault;
                writer.WriteEndObject();
                return null;
            case JsonTokenType.StartArray:
                return CopyElements(ref reader, writer, ofPerson);
            case JsonTokenType.String:
                return CopyString(ref reader, writer);
            case JsonTokenType.Number:
                // As it was written: 1.50 stays 1.50, and no precision is lost.
                if (reader.HasValueSequence) writer.WriteRawValue(reader.ValueSequence, skipInputValidation: true);
                else writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                return null;
            case JsonTokenType.True or JsonTokenType.False:
                writer.WriteBooleanValue(reader.TokenType == JsonTokenType.True);
                return null;
            default:
                writer.WriteNullValue();
                return null;
        }
    }

    private static JsonFault? CopyElements(ref Utf8JsonReader reader, Utf8JsonWriter writer, bool ofPerson)
    {
        writer.WriteStartArray();
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (CopyValue(ref reader, writer, ofPerson) is not { } fault) continue;
            var dot = fault.Path.Length == 0 || fault.Path[0] == '[' ? "" : ".";
            return fault with { Path = $"[{index}]{dot}{fault.Path}" };
        }
        writer.WriteEndArray();
        return null;
    }

    private static JsonFault? CopyString(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        if (!reader.HasValueSequence && IsPlain(reader.ValueSpan))
        {
            writer.WriteStringValue(reader.ValueSpan);
            return null;
        }
        if (!TryGetText(ref reader, out var text)) return new JsonFault("", NoText);
        writer.WriteStringValue(Scrubber.IsUrl(text) ? Scrubber.Url(text) : Scrubber.Text(text));
        return null;
    }

    private static bool IsPlain(ReadOnlySpan<byte> utf8)
    {
        if (utf8.ContainsAny(Suspicious) || !Utf8.IsValid(utf8)) return false;
        var digits = 0;
        while (utf8.IndexOfAny(Digits) is var next and >= 0)
        {
            if (++digits == FewestPhoneDigits) return false;
            utf8 = utf8[(next + 1)..];
        }
        return true;
    }

    private static bool TryGetText(ref Utf8JsonReader reader, out string text)
    {
        try
        {
            text = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    /// <summary>The names seen in one object: few are compared one by one, many are hashed.</summary>
    private struct NameSet
    {
        private const int Few = 16;

        private List<string>? few;
        private HashSet<string>? many;

        public bool Add(string name)
        {
            if (many is not null) return many.Add(name);
            few ??= [];
            if (few.Contains(name)) return false;
            few.Add(name);
            if (few.Count > Few) many = [.. few];
            return true;
        }
    }
}
