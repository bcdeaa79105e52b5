using System.Net.Http.Headers;

namespace Signalbox.Platforms.Http;

internal static class RetryAfter
{
    /// <summary>The header's seconds or date (RFC 9110, 10.2.3) as a duration, none below zero; null without one.</summary>
    public static TimeSpan? Read(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        var wait = header?.Delta ?? header?.Date - now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
