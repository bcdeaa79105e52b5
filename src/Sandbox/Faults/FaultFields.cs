using System.Text.Json;

namespace Signalbox.Sandbox.Faults;

/// <summary>
/// Reads the fields of one fault. A mistake goes to the list, and some valid value is returned so that reading can go on. A field
/// nobody asked for is a mistake too: a misspelt one would otherwise be silently without effect.
/// </summary>
internal sealed class FaultFields(string path, JsonElement fault, List<string> errors)
{
    private readonly HashSet<string> asked = [];

    public bool Has(string name) => Find(name) is not null;

    public string Text(string name, string absent) => Find(name) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.String } value when value.GetString() is { Length: > 0 } text => text,
        _ => Wrong(name, "expected a non-empty string", absent),
    };

    public string OneOf(string name, string[] values, string? absent) => Find(name) switch
    {
        null => absent ?? Wrong(name, $"required; one of {string.Join(", ", values)}", values[0]),
        { ValueKind: JsonValueKind.String } value when values.Contains(value.GetString()) => value.GetString()!,
        _ => Wrong(name, $"expected one of {string.Join(", ", values)}", absent ?? values[0]),
    };

    public int Whole(string name, int? absent, int least, int most) => Find(name) switch
    {
        null => absent ?? Wrong(name, $"required; a whole number from {least} to {most}", least),
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) && number >= least && number <= most => number,
        _ => Wrong(name, $"expected a whole number from {least} to {most}", least),
    };

    public int Whole(string name, int absent, int[] values) => Find(name) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) && values.Contains(number) => number,
        _ => Wrong(name, $"expected one of {string.Join(", ", values)}", absent),
    };

    public double Probability(string name) => Find(name) switch
    {
        null => 1,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var number) && number is > 0 and <= 1 => number,
        _ => Wrong(name, "expected a number above 0 and at most 1", 1.0),
    };

    public void RefuseOthers()
    {
        if (fault.ValueKind != JsonValueKind.Object) return;
        foreach (var property in fault.EnumerateObject().Where(p => !asked.Contains(p.Name)))
            Wrong(property.Name, $"no field of this kind of fault, which has {string.Join(", ", asked)}", 0);
    }

    private JsonElement? Find(string name)
    {
        asked.Add(name);
        return fault.ValueKind == JsonValueKind.Object && fault.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private T Wrong<T>(string name, string expected, T instead)
    {
        errors.Add($"{path}.{name}: {expected}");
        return instead;
    }
}
