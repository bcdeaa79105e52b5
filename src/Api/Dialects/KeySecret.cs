using System.Security.Cryptography;
using System.Text;
using Signalbox.Core.Workspaces;

namespace Signalbox.Api.Dialects;

/// <summary>Finds the key that a request shows.</summary>
internal static class KeySecret
{
    /// <summary>In characters.</summary>
    public const int MaxLength = 256;

    /// <returns>Null when there is no such key.</returns>
    public static (Workspace Workspace, ApiKey Key)? Find(Configuration configuration, string secret)
    {
        if (secret.Length > MaxLength) return null;
        Span<byte> utf8 = stackalloc byte[MaxLength * 3];
        Span<byte> sha256 = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(secret, utf8)], sha256);
        return configuration.FindKey(sha256);
    }
}
