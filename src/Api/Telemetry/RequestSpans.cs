using System.Diagnostics;
using Signalbox.Core.Telemetry;

namespace Signalbox.Api.Telemetry;

/// <summary>
/// Opens a span for each request of an event's or a visitor's way, within the caller's trace where it names one. ASP.NET Core's own spans are not
/// used: they hold addresses and paths.
/// </summary>
internal sealed class RequestSpans(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http) =>
        Traces.AreOn && http.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route } endpoint && endpoint.Metadata.GetMetadata<Traced>() is not null
            ? Trace(http, route)
            : next(http);

    private async Task Trace(HttpContext http, string route)
    {
        var headers = http.Request.Headers;
        ActivityContext.TryParse(headers.TraceParent, headers.TraceState, isRemote: true, out var caller);
        using var span = Traces.Request(http.Request.Method, route, caller);
        await next(http);
        Traces.End(span, http.Response.StatusCode);
    }
}

/// <summary>Marks endpoints whose requests get a span.</summary>
internal sealed record Traced;
