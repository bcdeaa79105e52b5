using System.Collections.Frozen;
using System.Text.Json;

namespace Signalbox.Api.Dialects;

/// <summary>The fields that an object may have: an enumeration's names in snake case.</summary>
internal sealed class FieldNames
{
    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> numbers;
    private readonly string[] paths;

    private FieldNames(string[] names, string prefix)
    {
        numbers = names.Select((name, number) => KeyValuePair.Create(name, number)).ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        paths = [.. names.Select(name => prefix + name)];
        Prefix = prefix;
    }

    /// <summary>What stands before a field's name in messages, such as <c>payload.</c></summary>
    public string Prefix { get; }

    /// <typeparam name="TField">Numbered from 0 without gaps, 64 at the most.</typeparam>
    public static FieldNames Of<TField>(string prefix) where TField : struct, Enum =>
        new([.. Enum.GetNames<TField>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)], prefix);

    /// <summary>For an object of which no field is known.</summary>
    public static FieldNames None(string prefix) => new([], prefix);

    /// <returns>The field's number, or −1.</returns>
    public int Find(ReadOnlySpan<char> name) => numbers.TryGetValue(name, out var number) ? number : -1;

    public string PathOf(int field) => paths[field];
}
