using System.Security.Cryptography;
using System.Text;

namespace Signalbox.Sandbox.Webhook;

/// <summary>Symmetric signatures of Standard Webhooks 1.0.0: HMAC-SHA256 over <c>{id}.{timestamp}.{body}</c>, base64, marked <c>v1</c>.</summary>
internal static class StandardWebhooks
{
    private const string SecretPrefix = "whsec_";

    /// <summary>The key within a secret.</summary>
    /// <exception cref="ArgumentException">It is not base64 behind <c>whsec_</c>.</exception>
    public static byte[] Key(string secret, string option)
    {
        var key = new byte[secret.Length];
        return secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[SecretPrefix.Length..], key, out var length) && length > 0
                ? key[..length]
                : throw new ArgumentException($"{option}: expected whsec_ followed by base64");
    }

    /// <summary>Whether any of the space-separated signatures is right; unknown versions are passed over.</summary>
    public static bool Verify(byte[] key, string id, string timestamp, ReadOnlySpan<byte> body, string signatures)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        var expected = hmac.GetHashAndReset();
        var given = new byte[expected.Length];
        foreach (var signature in signatures.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (signature.StartsWith("v1,", StringComparison.Ordinal)
                && Convert.TryFromBase64String(signature[3..], given, out var length) && length == given.Length
                && CryptographicOperations.FixedTimeEquals(given, expected))
            {
                return true;
            }
        }
        return false;
    }
}
