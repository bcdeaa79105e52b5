using System.Text;
using Signalbox.Core.Ports;

namespace Signalbox.Platforms.Webhook;

/// <summary>
/// What a receiver's answers mean, after Standard Webhooks' "Delivery" chapter. It tells success from failure by the status alone; what
/// is not in its list is decided so that a receiver which is being put up or moved costs no event.
/// </summary>
internal static class WebhookAnswers
{
    public static Verdict Judge(PlatformAnswer.Answered answered)
    {
        var reason = $"HTTP {answered.Status}";
        Verdict verdict = answered.Status switch
        {
            >= 200 and <= 299 => new Verdict.Delivered(),
            >= 300 and <= 399 => new Verdict.Unauthorised($"{reason}: redirects are not followed, configure the address that it leads to"),
            401 or 403 or 407 => new Verdict.Unauthorised(reason),
            410 => new Verdict.Unauthorised($"{reason}: the receiver wants no more"),
            429 => new Verdict.Throttled(answered.RetryAfter),
            502 or 503 or 504 when answered.RetryAfter is not null => new Verdict.Throttled(answered.RetryAfter),
            404 or 405 or 408 or 425 or >= 500 => new Verdict.Retry(reason),
            _ => new Verdict.Refused(reason),
        };
        return verdict is Verdict.Delivered ? verdict : verdict with { Words = PlatformWords.Clean(Encoding.UTF8.GetString(Beginning(answered.Body).Span)) };
    }

    /// <summary>More than enough for the words that are kept.</summary>
    private static ReadOnlyMemory<byte> Beginning(ReadOnlyMemory<byte> body) => body[..Math.Min(body.Length, 4096)];
}
