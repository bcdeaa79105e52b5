using System.Text.Json;
using Signalbox.Core.Events;

namespace Signalbox.Api.Dialects;

/// <summary>Reads <c>consent</c>: the granted categories as a list, or <c>raw</c> alone, separated by commas.</summary>
internal static class ConsentField
{
    private const int MaxCategoryLength = 128;
    private const int MaxRawLength = 1024;

    private static readonly FieldNames Names = FieldNames.Of<Field>("consent.");

    private enum Field
    {
        Granted, Raw,
    }

    /// <param name="input">Inside the object.</param>
    public static bool Read(ref JsonInput input, ConversionEvent e)
    {
        List<string>? granted = null;
        string? raw = null;
        var members = new JsonInput.Members(Names);
        while (members.Next(ref input, out var number, out _))
        {
            if (number < 0) input.Skip();
            else if ((Field)number == Field.Raw) input.Text(Names.PathOf(number), MaxRawLength, out raw);
            else if (input.EnterArray(Names.PathOf(number))) ReadGranted(ref input, granted = []);
        }
        if (granted is not null) e.Consent = granted;
        else if (raw is not null) e.Consent = [.. Split(raw)];
        return input.Fault is null;
    }

    private static void ReadGranted(ref JsonInput input, List<string> granted)
    {
        while (input.Reader.Read() && input.Reader.TokenType != JsonTokenType.EndArray)
        {
            if (!input.CurrentText(Names.PathOf((int)Field.Granted), MaxCategoryLength, out var category)) return;
            if (category is not null) granted.AddRange(Split(category));
        }
    }

    private static IEnumerable<string> Split(string categories) =>
        categories.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Scrubber.Text);
}
