using System.Text.Json;

namespace Signalbox.Core.Events;

/// <summary>The identifiers' names in JSON: those of the enumeration in snake case, such as <c>email_sha256</c>.</summary>
public static class IdentifierNames
{
    private static readonly Dictionary<Identifier, JsonEncodedText> Names = Enum.GetValues<Identifier>()
        .ToDictionary(kind => kind, kind => JsonEncodedText.Encode(JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString())));

    private static readonly Dictionary<string, Identifier> Kinds = Names.ToDictionary(pair => pair.Value.Value, pair => pair.Key, StringComparer.Ordinal);

    public static JsonEncodedText NameOf(Identifier kind) => Names[kind];

    public static bool TryParse(string name, out Identifier kind) => Kinds.TryGetValue(name, out kind);
}
