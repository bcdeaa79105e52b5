using System.Text.Json;

namespace Signalbox.Platforms;

/// <summary>Reads a destination's <c>settings</c>, gathering every fault; none of them repeats a value, since it may be a secret.</summary>
internal sealed class SettingsReader(JsonElement settings, Action<string, string> faults)
{
    private readonly List<string> known = [];
    private int count;

    /// <param name="whatIsWrong">Says what was expected instead, or null for a good value.</param>
    /// <returns>An empty string when there was a fault.</returns>
    public string Required(string name, Func<string, string?> whatIsWrong)
    {
        var before = count;
        if (Optional(name, whatIsWrong) is { } value) return value;
        if (count == before) Fault(name, "is required");
        return "";
    }

    /// <inheritdoc cref="Required"/>
    /// <returns>Null when it is absent or null, or there was a fault.</returns>
    public string? Optional(string name, Func<string, string?> whatIsWrong)
    {
        known.Add(name);
        if (settings.ValueKind != JsonValueKind.Object || !settings.TryGetProperty(name, out var element)) return null;
        if (element.ValueKind == JsonValueKind.Null) return null;
        var expected = element.ValueKind == JsonValueKind.String ? whatIsWrong(element.GetString()!) : "must be a string";
        if (expected is null) return element.GetString();
        Fault(name, expected);
        return null;
    }

    /// <summary>To be asked last: reports what nobody asked for.</summary>
    public bool HasFaults()
    {
        if (settings.ValueKind != JsonValueKind.Object)
        {
            Fault("", "must be an object");
            return true;
        }
        foreach (var property in settings.EnumerateObject())
        {
            if (!known.Contains(property.Name)) Fault(property.Name, $"is unknown; there are {string.Join(", ", known)}");
        }
        return count > 0;
    }

    private void Fault(string path, string message)
    {
        count++;
        faults(path, message);
    }
}
