using System.Globalization;

namespace Signalbox.Api.Dialects;

/// <summary>Writes answers of JSON whose length is known.</summary>
internal static class DetailAnswer
{
    public const string JsonType = "application/json; charset=utf-8";

    /// <summary>Seconds after which a caller may try again when nothing better is known.</summary>
    public const int RetrySoon = 5;

    /// <summary><c>{"detail": …}</c></summary>
    public static Task Write(HttpContext http, int status, string detail)
    {
        ThreadJson.Start().WriteString("detail"u8, detail);
        return WriteJson(http, status, ThreadJson.Finish());
    }

    /// <summary>As <see cref="Write"/>, with <c>Retry-After</c>.</summary>
    public static Task WriteRetry(HttpContext http, int status, string detail, int retryAfterSeconds)
    {
        http.Response.Headers.RetryAfter = retryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return Write(http, status, detail);
    }

    public static Task WriteJson(HttpContext http, int status, byte[] json, string contentType = JsonType)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = json.Length;
        return response.Body.WriteAsync(json, 0, json.Length);
    }
}
