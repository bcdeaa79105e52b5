using System.Text.Json;
using Signalbox.Core.Ports;

namespace Signalbox.Platforms.Meta;

/// <summary>
/// What Meta's answers mean. Codes: the Graph API's "Handling errors" and "Rate limiting" pages; which of them to retry: RudderStack's
/// <c>facebookUtils/networkHandler.js</c>. The README holds the table in words.
/// </summary>
internal static class MetaAnswers
{
    public static Verdict Judge(PlatformAnswer.Answered answered, int count)
    {
        using var body = TryParse(answered.Body);
        if (answered.Status is >= 200 and < 300) return JudgeSuccess(body, count);
        return ReadError(body) is { } error ? JudgeError(error, answered) : JudgeStatus(answered);
    }

    /// <summary>Meta takes all of a call or nothing, so another number than was sent is worth telling but leaves nothing to send again.</summary>
    private static Verdict JudgeSuccess(JsonDocument? body, int count)
    {
        if (body is null || Number(body.RootElement, "events_received") is not { } received)
        {
            return new Verdict.Retry("the answer does not say that events were received, so it may not be Meta's");
        }
        if (received == 0) return new Verdict.Retry("Meta says that it received none of the events");
        return new Verdict.Delivered { Words = received == count ? null : $"Meta says that it received {received} of {count} events" };
    }

    private static Verdict JudgeError(GraphError error, PlatformAnswer.Answered answered)
    {
        var reason = error.Subcode is { } subcode ? $"Meta's error {error.Code}/{subcode}" : $"Meta's error {error.Code}";
        Verdict verdict = (error.Code, error.Subcode) switch
        {
            (4 or 17 or 32 or 613 or (>= 80000 and <= 80014), _) => new Verdict.Throttled(answered.RetryAfter),
            (190 or 102 or 10 or 3 or (>= 200 and <= 299) or 2500, _) => new Verdict.Unauthorised(reason),
            (100, 33) => new Verdict.Unauthorised($"{reason}: the pixel does not exist, or the token may not write to it"),
            (1 or 2 or 341 or 368 or 5000 or 21009, _) => new Verdict.Retry(reason),
            (100 or 105, _) => new Verdict.Refused(reason),
            _ when error.IsTransient => new Verdict.Retry(reason),
            _ => JudgeStatus(answered),
        };
        return verdict with { Words = error.Words };
    }

    private static Verdict JudgeStatus(PlatformAnswer.Answered answered)
    {
        var reason = $"HTTP {answered.Status}";
        return answered.Status switch
        {
            429 => new Verdict.Throttled(answered.RetryAfter),
            503 when answered.RetryAfter is not null => new Verdict.Throttled(answered.RetryAfter),
            401 or 403 or 407 => new Verdict.Unauthorised(reason),
            404 or 405 or (>= 300 and <= 399) => new Verdict.Unauthorised($"{reason}: there is no Conversions API at this address"),
            408 or >= 500 => new Verdict.Retry(reason),
            _ => new Verdict.Refused(reason),
        };
    }

    private static GraphError? ReadError(JsonDocument? body)
    {
        if (body is null || !TryGetObject(body.RootElement, "error", out var error) || Number(error, "code") is not { } code) return null;
        var isTransient = error.TryGetProperty("is_transient", out var transient) && transient.ValueKind == JsonValueKind.True;
        var (title, detail) = (Text(error, "error_user_title"), Text(error, "error_user_msg"));
        var words = (title, detail) switch
        {
            (null, null) => Text(error, "message"),
            (null, _) => detail,
            (_, null) => title,
            _ => $"{title}: {detail}",
        };
        return new GraphError(code, Number(error, "error_subcode"), isTransient, PlatformWords.Clean(words));
    }

    /// <returns>Null for what is no JSON object: gateways answer in HTML, or not at all.</returns>
    private static JsonDocument? TryParse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException)
        {
        }
        return null;
    }

    private static bool TryGetObject(JsonElement holder, string name, out JsonElement value) =>
        holder.TryGetProperty(name, out value) && value.ValueKind == JsonValueKind.Object;

    private static int? Number(JsonElement holder, string name) =>
        holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    private static string? Text(JsonElement holder, string name)
    {
        if (!holder.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            // A broken escape sequence in somebody else's words.
            return null;
        }
    }

    private sealed record GraphError(int Code, int? Subcode, bool IsTransient, string? Words);
}
