using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Sandbox.Arrivals;

namespace Signalbox.Sandbox.Meta;

/// <summary>
/// The encodings Meta's clients use: a JSON body; a form whose <c>data</c> is a JSON array; a form with one <c>data[0]=…</c> per event;
/// and in any of them an event that is itself a JSON string, as the SDKs send it.
/// </summary>
internal static partial class MetaBody
{
    private static readonly FormOptions Limits = new() { ValueCountLimit = 100_000, ValueLengthLimit = int.MaxValue, KeyLengthLimit = 10_000 };

    internal sealed record Content(JsonElement[] Events, string? Token, string? Error);

    public static async Task<Content> Read(HttpRequest request, byte[] body)
    {
        if (!request.HasFormContentType) return FromJson(body);
        request.Body = new MemoryStream(body);
        try
        {
            return FromForm(await request.ReadFormAsync(Limits));
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return new([], null, "the form cannot be read");
        }
    }

    /// <summary>Name and id of an event, which need not be sound.</summary>
    public static SentEvent Identify(JsonElement sent)
    {
        if (sent.ValueKind != JsonValueKind.Object) return new(null, "");
        var id = sent.TryGetProperty("event_id", out var value) && value.ValueKind == JsonValueKind.Number ? value.GetRawText() : sent.Text("event_id");
        return new(id, sent.Text("event_name") ?? "");
    }

    private static Content FromJson(byte[] body)
    {
        if (!StrictJson.TryParse(body, out var root)) return new([], null, "the body is not JSON in UTF-8");
        if (root.ValueKind != JsonValueKind.Object) return new([], null, "the body is not a JSON object");
        var (events, error) = root.TryGetProperty("data", out var data) ? List(data) : ([], "data: required");
        return new(events, root.Text("access_token"), error);
    }

    private static Content FromForm(IFormCollection form)
    {
        var indexed = form
            .Select(field => (Index: Indexed().Match(field.Key), field.Value))
            .Where(field => field.Index.Success)
            .OrderBy(field => int.Parse(field.Index.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            .SelectMany(field => field.Value)
            .Concat(form["data[]"])
            .ToArray();
        var token = form["access_token"].ToString();
        if (form.TryGetValue("data", out var data))
        {
            var (events, error) = data.Count == 1 ? Unwrap(data[0]) is { } list ? List(list) : NotAnArray : Several(data);
            return new(events, token, error);
        }
        if (indexed.Length == 0) return new([], token, "data: required");
        var (found, wrong) = Several(indexed);
        return new(found, token, wrong);
    }

    private static (JsonElement[], string?) List(JsonElement data)
    {
        if (data.ValueKind == JsonValueKind.String && Unwrap(data.GetString()) is { ValueKind: JsonValueKind.Array } inner) data = inner;
        if (data.ValueKind != JsonValueKind.Array) return NotAnArray;
        var events = data.EnumerateArray()
            .Select(e => e.ValueKind == JsonValueKind.String ? Unwrap(e.GetString()) ?? e : e)
            .ToArray();
        return (events, NotAnObject(events));
    }

    private static (JsonElement[], string?) Several(IEnumerable<string?> events)
    {
        var read = events.Select(e => Unwrap(e) ?? default).ToArray();
        return (read, NotAnObject(read));
    }

    private static readonly (JsonElement[], string?) NotAnArray = ([], "data: must be an array of events");

    private static string? NotAnObject(JsonElement[] events)
    {
        var index = Array.FindIndex(events, e => e.ValueKind != JsonValueKind.Object);
        return index < 0 ? null : $"data[{index}]: must be an object, or a string that holds one as JSON";
    }

    private static JsonElement? Unwrap(string? json) =>
        json is not null && StrictJson.TryParse(Encoding.UTF8.GetBytes(json), out var element) ? element : null;

    [GeneratedRegex(@"^data\[([0-9]{1,6})\]\z")]
    private static partial Regex Indexed();
}
