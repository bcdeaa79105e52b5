using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Signalbox.Api.Settings;

/// <summary>
/// One object of the configuration: the file's, with the environment over it. Whatever is asked for is a known key, so that
/// <see cref="Finish"/> can tell the unknown ones. Faults are gathered; what is faulty reads as absent. What was read is <see cref="Resolved"/>.
/// </summary>
internal sealed class Section
{
    private readonly JsonElement element;
    private readonly string[] path;
    private readonly EnvironmentVariables environment;
    private readonly List<ConfigurationFault> faults;
    private readonly List<string> known = [];

    /// <param name="element">The object in the file; undefined when only the environment has it.</param>
    public Section(JsonElement element, string[] path, EnvironmentVariables environment, List<ConfigurationFault> faults)
    {
        (this.element, this.path, this.environment, this.faults) = (element, path, environment, faults);
        if (element.ValueKind is JsonValueKind.Object or JsonValueKind.Undefined or JsonValueKind.Null) return;
        faults.Add(new ConfigurationFault(PathOf(path), "expected an object"));
        this.element = default;
    }

    /// <summary>Whether the file or the environment has anything of it.</summary>
    public bool IsThere => element.ValueKind == JsonValueKind.Object || environment.HasBelow(path);

    /// <summary>Everything that was asked for and is there, as JSON that needs no environment any more.</summary>
    public JsonObject Resolved { get; } = [];

    public void Fault(string key, string problem) => faults.Add(new ConfigurationFault(PathOf([.. path, key]), problem));

    public string? Text(string key) => Find(key) switch
    {
        null => null,
        { Kind: JsonValueKind.String } found => Resolve(key, found.Text),
        _ => Faulty<string>(key, "expected a string"),
    };

    /// <summary>Text that has to be there; empty, with a fault, where it is not.</summary>
    public string Required(string key)
    {
        var before = faults.Count;
        if (Text(key) is { Length: > 0 } text) return text;
        if (faults.Count == before) Fault(key, "required");
        return "";
    }

    /// <summary>One of the names given, in any case; the first of them is the default.</summary>
    public string Choice(string key, params string[] names)
    {
        if (Text(key) is not { } text) return names[0];
        if (Array.Find(names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name) return name;
        Fault(key, $"expected one of {string.Join(", ", names)}");
        return names[0];
    }

    public bool Flag(string key, bool absent)
    {
        switch (Find(key))
        {
            case null: return absent;
            case { Kind: JsonValueKind.True }: return Resolve(key, true);
            case { Kind: JsonValueKind.False }: return Resolve(key, false);
            case { IsConvertible: true } found when bool.TryParse(found.Text, out var flag): return Resolve(key, flag);
            default:
                Fault(key, "expected true or false");
                return absent;
        }
    }

    public long? Whole(string key, long min, long max) =>
        Number(key) is not { } number ? null
        : number == decimal.Truncate(number) && number >= min && number <= max ? (long)number
        : Faulty<long?>(key, $"expected a whole number from {min} to {max}");

    /// <summary>A number above zero.</summary>
    public double? Positive(string key, double max) =>
        Number(key) is not { } number ? null
        : number > 0 && number <= (decimal)max ? (double)number
        : Faulty<double?>(key, string.Create(CultureInfo.InvariantCulture, $"expected a number above 0, at most {max}"));

    /// <summary>A list of strings; null when it is absent.</summary>
    public IReadOnlyList<string>? Texts(string key)
    {
        if (List(key) is not { } items) return null;
        var texts = new List<string>();
        for (var index = 0; index < items.Count; index++)
        {
            var item = Scalar.Of(items[index], environment.Take([.. path, key, Name(index)]), Substitute(key, index));
            if (item is { Kind: JsonValueKind.String, Text: { Length: > 0 } text }) texts.Add(text);
            else Fault($"{key}[{index}]", "expected a string");
        }
        Resolved[key] = new JsonArray([.. texts.Select(text => JsonValue.Create(text))]);
        return texts;
    }

    /// <summary>A list of objects; empty when it is absent.</summary>
    public IReadOnlyList<Section> Sections(string key)
    {
        List<Section> sections = [.. (List(key) ?? []).Select((item, index) => new Section(item, [.. path, key, Name(index)], environment, faults))];
        Resolved[key] = new JsonArray([.. sections.Select(section => section.Resolved)]);
        return sections;
    }

    /// <summary>An object, which may be absent in part or whole.</summary>
    public Section Child(string key)
    {
        known.Add(key);
        var child = new Section(Property(key), [.. path, key], environment, faults);
        Resolved[key] = child.Resolved;
        return child;
    }

    /// <summary>
    /// An object whose keys somebody else knows, with the environment in it. There a variable names a key that the file has in any case, and
    /// any other as it is spelled.
    /// </summary>
    public JsonElement Open(string key)
    {
        known.Add(key);
        var inFile = Property(key);
        if (inFile.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined or JsonValueKind.Null))
        {
            Fault(key, "expected an object");
            return JsonSerializer.SerializeToElement(new JsonObject());
        }
        var settings = inFile.ValueKind == JsonValueKind.Object ? (JsonObject)SubstituteAll(inFile, key)! : [];
        foreach (var (below, value) in environment.TakeBelow([.. path, key])) Put(settings, below, value);
        Resolved[key] = settings;
        return JsonSerializer.SerializeToElement(settings);
    }

    /// <summary>Knows a key, and whatever is below it, without looking.</summary>
    public void Skip(string key)
    {
        known.Add(key);
        environment.TakeAll([.. path, key]);
    }

    /// <summary>Tells of every key that nobody asked for.</summary>
    public void Finish()
    {
        if (element.ValueKind != JsonValueKind.Object) return;
        foreach (var property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name)) Fault(property.Name, NearestName.Unknown("key", property.Name, known));
        }
    }

    internal static string PathOf(IEnumerable<string> path) =>
        string.Concat(path.Select((part, index) => part.Length > 0 && char.IsAsciiDigit(part[0]) ? $"[{part}]" : index == 0 ? part : "." + part));

    private static string Name(int index) => index.ToString(CultureInfo.InvariantCulture);

    private T? Faulty<T>(string key, string problem)
    {
        Fault(key, problem);
        return default;
    }

    private Scalar? Find(string key)
    {
        known.Add(key);
        return Scalar.Of(Property(key), environment.Take([.. path, key]), Substitute(key));
    }

    private decimal? Number(string key)
    {
        if (Find(key) is not { } found) return null;
        var mayBe = found.Kind == JsonValueKind.Number || found.IsConvertible;
        if (mayBe && decimal.TryParse(found.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return Resolve(key, number);
        return Faulty<decimal?>(key, "expected a number");
    }

    private T Resolve<T>(string key, T value)
    {
        Resolved[key] = JsonValue.Create(value);
        return value;
    }

    private JsonElement Property(string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) ? value : default;

    /// <summary>The items in the file, and behind them undefined ones for those that only the environment has.</summary>
    private List<JsonElement>? List(string key)
    {
        known.Add(key);
        var inFile = Property(key);
        if (inFile.ValueKind is not (JsonValueKind.Array or JsonValueKind.Undefined or JsonValueKind.Null))
        {
            Fault(key, "expected a list");
            return null;
        }
        var items = inFile.ValueKind == JsonValueKind.Array ? inFile.EnumerateArray().ToList() : [];
        while (environment.Take([.. path, key, Name(items.Count)]) is not null || environment.HasBelow([.. path, key, Name(items.Count)])) items.Add(default);
        return items.Count > 0 || inFile.ValueKind == JsonValueKind.Array ? items : null;
    }

    private Func<string, string> Substitute(string key, int? index = null) => text => environment.Substitute(
        text, missing => Fault(index is null ? key : $"{key}[{index}]", $"the environment has no variable {missing}"));

    private JsonNode? SubstituteAll(JsonElement value, string key) => value.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(value.EnumerateObject().Select(
            property => KeyValuePair.Create(property.Name, SubstituteAll(property.Value, $"{key}.{property.Name}")))),
        JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select((item, index) => SubstituteAll(item, $"{key}[{index}]"))]),
        JsonValueKind.String => JsonValue.Create(Substitute(key)(value.GetString()!)),
        JsonValueKind.Null => null,
        _ => JsonValue.Create(value),
    };

    private static void Put(JsonObject settings, ReadOnlySpan<string> below, string value)
    {
        var name = below[0];
        var key = settings.Select(property => property.Key).FirstOrDefault(key => key.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;
        if (below.Length > 1)
        {
            if (settings[key] is not JsonObject child) settings[key] = child = [];
            Put(child, below[1..], value);
            return;
        }
        var isText = settings[key]?.GetValueKind() is not (JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False);
        settings[key] = isText ? JsonValue.Create(value) : Parse(value);
    }

    private static JsonNode? Parse(string value)
    {
        try
        {
            return JsonNode.Parse(value);
        }
        catch (JsonException)
        {
            return JsonValue.Create(value);
        }
    }

    /// <param name="Text">A string's value with the environment's in it; anything else as it stands in the file.</param>
    /// <param name="IsConvertible">The environment has only text, so it may stand for a number or a flag.</param>
    private readonly record struct Scalar(JsonValueKind Kind, string Text, bool IsConvertible)
    {
        public static Scalar? Of(JsonElement value, string? overlaid, Func<string, string> substitute)
        {
            if (overlaid is not null) return new Scalar(JsonValueKind.String, overlaid, true);
            if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return null;
            if (value.ValueKind != JsonValueKind.String) return new Scalar(value.ValueKind, value.GetRawText(), false);
            var text = value.GetString()!;
            var substituted = substitute(text);
            return new Scalar(JsonValueKind.String, substituted, substituted != text);
        }
    }
}
