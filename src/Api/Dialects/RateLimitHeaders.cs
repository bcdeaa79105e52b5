using System.Globalization;
using Signalbox.Core.Workspaces;

namespace Signalbox.Api.Dialects;

internal static class RateLimitHeaders
{
    public const string Limit = "X-RateLimit-Limit";
    public const string Remaining = "X-RateLimit-Remaining";

    /// <summary>Unix seconds at which the minute ends.</summary>
    public const string Reset = "X-RateLimit-Reset";

    public static void Write(HttpResponse response, RateDecision decision)
    {
        var headers = response.Headers;
        headers[Limit] = decision.Limit.ToString(CultureInfo.InvariantCulture);
        headers[Remaining] = decision.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[Reset] = decision.Reset.ToString(CultureInfo.InvariantCulture);
    }
}
