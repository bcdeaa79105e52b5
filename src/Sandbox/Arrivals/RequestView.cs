using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Signalbox.Sandbox.Arrivals;

/// <summary>A recorded request as <c>GET /sandbox/requests</c> shows it.</summary>
internal static class RequestView
{
    public static JsonObject Of(RecordedRequest request) => new()
    {
        ["id"] = request.Id,
        ["time"] = DateTimeOffset.FromUnixTimeMilliseconds(request.AtMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ["time_ms"] = request.AtMs,
        ["platform"] = request.Platform,
        ["pixel"] = request.Name,
        ["method"] = request.Method,
        ["path"] = request.Path,
        ["headers"] = new JsonObject(request.Headers.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)h.Value))),
        ["body"] = Masking.Body(request.Body),
        ["event_count"] = request.EventCount,
        ["event_ids"] = new JsonArray([.. request.EventIds.Select(id => (JsonNode?)id)]),
        ["fault"] = request.Fault,
        ["answer"] = request.Answer is { } answer
            ? new JsonObject { ["status"] = answer.Status, ["body"] = answer.Body is { } body ? Masking.Body(Encoding.UTF8.GetBytes(body)) : null }
            : null,
        ["violations"] = new JsonArray([.. request.Violations.Select(v => (JsonNode)new JsonObject
        {
            ["rule"] = v.Rule.Name, ["field"] = v.Field, ["message"] = v.Message, ["refuses"] = v.Rule.Refuses,
        })]),
    };
}
