using Signalbox.Api.Dialects;

namespace Signalbox.Api.Hosting;

/// <summary>
/// Refuses plain HTTP, health checks aside. A proxy in front that ends TLS says so by <c>X-Forwarded-Proto</c>; it is believed from anybody,
/// since a caller who lies harms only itself.
/// </summary>
internal sealed class HttpsOnly(RequestDelegate next)
{
    private const string ForwardedProto = "X-Forwarded-Proto";

    public Task InvokeAsync(HttpContext http)
    {
        var isSecure = http.Request.IsHttps || http.Request.Headers[ForwardedProto].ToString().Equals("https", StringComparison.OrdinalIgnoreCase);
        return isSecure || http.Request.Path.StartsWithSegments("/health")
            ? next(http)
            : DetailAnswer.Write(http, StatusCodes.Status403Forbidden, "HTTPS is required");
    }
}
