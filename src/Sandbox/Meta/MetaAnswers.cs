using System.Text.Json.Nodes;

namespace Signalbox.Sandbox.Meta;

/// <summary>Meta's answers: the success body, and the Graph API's error envelope with its codes.</summary>
internal static class MetaAnswers
{
    // 190: the token. Subcodes: 460 no longer valid, 463 expired.
    public static readonly (int? Subcode, string Message) Unparsable = (null, "Invalid OAuth access token - Cannot parse access token");
    public static readonly (int? Subcode, string Message) Revoked = (460, "Error validating access token: the session has been invalidated");
    public static readonly (int? Subcode, string Message) Expired = (463, "Error validating access token: the session has expired");

    public static Answer Received(long number, int events) =>
        new(200, $$"""{"events_received":{{events}},"messages":[],"fbtrace_id":"{{Trace(number)}}"}""");

    public static Answer Invalid(long number, string what, int? subcode = null, string? title = null) =>
        Error(number, 400, 100, subcode, "Invalid parameter", title ?? "Invalid parameter", what);

    public static Answer NoSuchObject(long number) =>
        Error(number, 400, 100, 33, "Unsupported post request: the object does not exist or this token lacks permission for it");

    public static Answer UnknownPath(long number) => Error(number, 400, 2500, null, "Unknown path components");

    public static Answer TokenRefused(long number, (int? Subcode, string Message) reason) =>
        Error(number, 401, 190, reason.Subcode, reason.Message);

    public static Answer Forbidden(long number) => Error(number, 403, 200, null, "(#200) Permissions error");

    public static Answer Throttled(long number, int code, int retryAfterSeconds) =>
        Error(number, 429, code, null, $"(#{code}) Request limit reached", transient: true) with { RetryAfterSeconds = retryAfterSeconds };

    public static Answer Broken(long number, int status) => status switch
    {
        // A gateway in front answers in its own way: a sender must not count on JSON.
        502 => new(502, "<html><body><h1>Bad Gateway</h1></body></html>", "text/html"),
        503 => Error(number, 503, 2, null, "Service temporarily unavailable", transient: true),
        _ => Error(number, status, 1, null, "An unknown error occurred", transient: true),
    };

    private static Answer Error(
        long number, int status, int code, int? subcode, string message, string? title = null, string? userMessage = null, bool transient = false)
    {
        var error = new JsonObject { ["message"] = message, ["type"] = "OAuthException", ["code"] = code };
        if (subcode is not null) error["error_subcode"] = subcode;
        error["is_transient"] = transient;
        if (title is not null) error["error_user_title"] = title;
        if (userMessage is not null) error["error_user_msg"] = userMessage;
        error["fbtrace_id"] = Trace(number);
        return new(status, new JsonObject { ["error"] = error }.ToJsonString());
    }

    private static string Trace(long number) => $"A{number:D22}";
}
