using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Signalbox.Platforms.Webhook;

/// <summary>Signatures of the Standard Webhooks specification 1.0.0, symmetric ones: https://github.com/standard-webhooks/standard-webhooks.</summary>
internal static class StandardWebhooks
{
    private const string SecretPrefix = "whsec_";
    private const int FewestSecretBytes = 24;
    private const int MostSecretBytes = 64;

    /// <returns>The key within <c>whsec_…</c>; null when it is not of that form.</returns>
    public static byte[]? ReadSecret(string text)
    {
        if (!text.StartsWith(SecretPrefix, StringComparison.Ordinal)) return null;
        Span<byte> key = stackalloc byte[MostSecretBytes];
        var isRead = Convert.TryFromBase64String(text[SecretPrefix.Length..], key, out var length);
        return isRead && length >= FewestSecretBytes ? key[..length].ToArray() : null;
    }

    /// <summary>The three headers of one attempt.</summary>
    /// <param name="id">The same for every attempt; without a dot, which would blur where it ends.</param>
    /// <param name="keys">Signed with each of them, so that a receiver may know either while they change.</param>
    /// <param name="body">Exactly the bytes that are sent.</param>
    public static KeyValuePair<string, string>[] Headers(string id, DateTimeOffset now, IReadOnlyList<byte[]> keys, ReadOnlySpan<byte> body)
    {
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signatures = new string[keys.Count];
        for (var index = 0; index < keys.Count; index++) signatures[index] = Sign(keys[index], $"{id}.{timestamp}.", body);
        return
        [
            KeyValuePair.Create("webhook-id", id),
            KeyValuePair.Create("webhook-timestamp", timestamp),
            KeyValuePair.Create("webhook-signature", string.Join(' ', signatures)),
        ];
    }

    private static string Sign(byte[] key, string lead, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes(lead));
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }
}
