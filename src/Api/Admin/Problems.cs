using System.Text.Json;
using Signalbox.Api.Dialects;

namespace Signalbox.Api.Admin;

/// <summary>Problem details of RFC 9457.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    public static Task Write(HttpContext http, int status, string title, string detail)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, DetailAnswer.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "about:blank"u8);
            writer.WriteString("title"u8, title);
            writer.WriteNumber("status"u8, status);
            writer.WriteString("detail"u8, detail);
            writer.WriteEndObject();
        }
        http.Response.StatusCode = status;
        http.Response.ContentType = ContentType;
        http.Response.ContentLength = buffer.Length;
        return http.Response.Body.WriteAsync(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    public static Task StoreUnavailable(HttpContext http)
    {
        http.Response.Headers.RetryAfter = DetailAnswer.RetrySoon.ToString();
        return Write(http, StatusCodes.Status503ServiceUnavailable, "Store unavailable", "The store cannot be read now; try again.");
    }
}
