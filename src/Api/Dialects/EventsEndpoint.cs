using Microsoft.Net.Http.Headers;
using Signalbox.Api.Dialects.Signals;
using Signalbox.Api.Metrics;

namespace Signalbox.Api.Dialects;

/// <summary><c>POST /api/v1/events</c>, where several dialects meet: the way of authenticating chooses, never the body.</summary>
internal sealed class EventsEndpoint(SignalsEndpoint signals, RequestCounts counts)
{
    public const string Path = "/api/v1/events";

    private const string Challenge = "Basic realm=\"signalbox\", Bearer";

    private const string WaysIn =
        "Missing API key. Authenticate with X-API-Key (Signals), HTTP Basic with the write key as user name (Segment), or Authorization: Bearer (ConversionEvents)";

    private const string OnlySignals = "Authorization: this way of authenticating is not served here yet; send the key as X-API-Key";

    public async Task Handle(HttpContext http)
    {
        var secret = http.Request.Headers[SignalsEndpoint.KeyHeader].ToString();
        if (secret.Length > 0)
        {
            await signals.Handle(http, secret);
            counts.CountRequest(SignalsEndpoint.Dialect, http.Response.StatusCode);
            return;
        }
        http.Response.Headers[HeaderNames.WWWAuthenticate] = Challenge;
        var hasOtherScheme = http.Request.Headers.Authorization.Count > 0;
        await DetailAnswer.Write(http, StatusCodes.Status401Unauthorized, hasOtherScheme ? OnlySignals : WaysIn);
        counts.CountRequest("none", StatusCodes.Status401Unauthorized);
    }
}
