using Signalbox.Api.Dialects;

namespace Signalbox.Api.Admin;

/// <summary>Problem details of RFC 9457.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    public static Task Write(HttpContext http, int status, string title, string detail)
    {
        var writer = ThreadJson.Start();
        writer.WriteString("type"u8, "about:blank"u8);
        writer.WriteString("title"u8, title);
        writer.WriteNumber("status"u8, status);
        writer.WriteString("detail"u8, detail);
        return DetailAnswer.WriteJson(http, status, ThreadJson.Finish(), ContentType);
    }

    public static Task StoreUnavailable(HttpContext http)
    {
        http.Response.Headers.RetryAfter = DetailAnswer.RetrySoon.ToString();
        return Write(http, StatusCodes.Status503ServiceUnavailable, "Store unavailable", "The store cannot be read now; try again.");
    }
}
