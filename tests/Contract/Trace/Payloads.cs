using System.Text.Json;
using Signalbox.Core.Ports;

namespace Signalbox.Contract.Trace;

/// <summary>What the script's receivers are told of each event: that must not depend on the events beside it, nor on when it is sent.</summary>
public static class Payloads
{
    /// <returns>Per event its id and the payload, as it stands in the request.</returns>
    public static IReadOnlyList<(string Id, string Payload)> Of(string platform, PlatformRequest request)
    {
        using var body = JsonDocument.Parse(request.Body);
        var events = platform switch
        {
            "meta" => body.RootElement.GetProperty("data").EnumerateArray().Select(e => (Id: e.GetProperty("event_id"), Payload: e)),
            "webhook" => [(Id: body.RootElement.GetProperty("data").GetProperty("id"), Payload: body.RootElement)],
            _ => throw new NotSupportedException($"say here how requests to {platform} are taken apart"),
        };
        return [.. events.Select(e => (e.Id.GetString()!, $"{request.Method} {request.Url} {e.Payload.GetRawText()}"))];
    }

    /// <summary>The body of an answer that takes them all.</summary>
    public static string Thanks(string platform, PlatformRequest request) =>
        platform == "meta" ? $$"""{"events_received":{{Of(platform, request).Count}}}""" : "";
}
