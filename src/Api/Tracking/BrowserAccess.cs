using Microsoft.Net.Http.Headers;

namespace Signalbox.Api.Tracking;

/// <summary>Lets pages of any origin call the browser paths, which hold no cookie and tell a browser only what it said itself.</summary>
internal static class BrowserAccess
{
    private const string AllowedHeaders = "Authorization, Content-Type, X-Retry-Count";
    private const string ExposedHeaders = "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset";
    private const string OneDay = "86400";

    public static void Allow(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.Vary = HeaderNames.Origin;
        var origin = http.Request.Headers.Origin;
        if (origin.Count == 0) return;
        // Beacons are sent with credentials, wanted or not, and for those an asterisk would not do.
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = "true";
        headers.AccessControlExposeHeaders = ExposedHeaders;
    }

    /// <summary>Answers a browser that asks whether it may send.</summary>
    public static Task Preflight(HttpContext http)
    {
        Allow(http);
        var headers = http.Response.Headers;
        headers.AccessControlAllowMethods = "POST, OPTIONS";
        headers.AccessControlAllowHeaders = AllowedHeaders;
        headers.AccessControlMaxAge = OneDay;
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
