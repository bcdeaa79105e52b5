namespace Signalbox.Platforms;

internal static class Endpoint
{
    /// <summary>A platform's address, at <paramref name="endpoint"/> when there is one: its scheme, host and port, and its path in front.</summary>
    public static Uri Replace(Uri address, Uri? endpoint) =>
        endpoint is null ? address : new Uri(endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/') + address.PathAndQuery);
}
