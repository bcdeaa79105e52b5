using System.Security.Cryptography;
using System.Text;
using Signalbox.Core.Ports;

namespace Signalbox.Api.Admin;

/// <summary>Lets through who shows the admin key; its digest is compared in constant time.</summary>
/// <param name="adminKey">Null when the configuration has none: the admin API is off.</param>
internal sealed class AdminKey(string? adminKey)
{
    private const string Scheme = "Bearer ";

    private readonly byte[]? sha256 = adminKey is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(adminKey));

    /// <summary>A handler that only the admin key opens. What it cannot read from the store is a 503.</summary>
    public RequestDelegate Guard(RequestDelegate handler) => async http =>
    {
        if (sha256 is null)
        {
            await Problems.Write(http, StatusCodes.Status403Forbidden, "Admin API is off", "The configuration has no adminKey.");
            return;
        }
        var shown = http.Request.Headers.Authorization.ToString();
        if (!shown.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !Matches(shown[Scheme.Length..].Trim()))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer realm=\"signalbox admin\"";
            await Problems.Write(http, StatusCodes.Status401Unauthorized, "Unauthorized", "Expected Authorization: Bearer with the admin key.");
            return;
        }
        try
        {
            await handler(http);
        }
        catch (StoreUnavailableException)
        {
            await Problems.StoreUnavailable(http);
        }
    };

    private bool Matches(string shown) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(shown)), sha256);
}
