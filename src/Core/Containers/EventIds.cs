using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Signalbox.Core.Containers;

/// <summary>
/// A container's event ids: digests of the callers' ids, and the router's own ids. Those are a seq, encrypted under the container's key, so that
/// they are the same on every engine, tell nobody how many events there were, and lead back to the event without an index. Not for several threads at once.
/// </summary>
public sealed class EventIds : IDisposable
{
    private const string Prefix = "evt_";
    private readonly byte[] key;
    private readonly Aes aes = Aes.Create();
    private readonly ICryptoTransform encryption;
    private readonly byte[] block = new byte[16];

    /// <param name="key">16 bytes.</param>
    public EventIds(byte[] key)
    {
        this.key = key;
        aes.Key = key;
        aes.Mode = CipherMode.ECB;
        aes.Padding = PaddingMode.None;

        // Kept, because setting a cipher up costs several times what one block does.
        encryption = aes.CreateEncryptor();
    }

    /// <summary>The first 128 bits of the SHA-256 of the container's key and the event id.</summary>
    public static UInt128 Digest(ReadOnlySpan<byte> key, string eventId)
    {
        const int mostIds = 512;
        var size = key.Length + Encoding.UTF8.GetMaxByteCount(eventId.Length);
        Span<byte> input = size <= mostIds ? stackalloc byte[mostIds] : new byte[size];
        key.CopyTo(input);
        var length = key.Length + Encoding.UTF8.GetBytes(eventId, input[key.Length..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input[..length], digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }

    public UInt128 Digest(string eventId) => Digest(key, eventId);

    public string Make(long seq)
    {
        Array.Clear(block);
        BinaryPrimitives.WriteInt64LittleEndian(block, seq);
        encryption.TransformBlock(block, 0, block.Length, block, 0);
        return Prefix + Convert.ToHexStringLower(block);
    }

    /// <summary>The seq of an id that <see cref="Make"/> made under this key; null for any other text.</summary>
    public long? Read(string id)
    {
        Span<byte> read = stackalloc byte[16];
        if (!id.StartsWith(Prefix, StringComparison.Ordinal) || id.Length != Prefix.Length + 32) return null;
        if (Convert.FromHexString(id.AsSpan(Prefix.Length), read, out _, out _) != System.Buffers.OperationStatus.Done) return null;
        aes.DecryptEcb(read, read, PaddingMode.None);
        var seq = BinaryPrimitives.ReadInt64LittleEndian(read);
        return seq > 0 && BinaryPrimitives.ReadInt64LittleEndian(read[8..]) == 0 ? seq : null;
    }

    public void Dispose()
    {
        encryption.Dispose();
        aes.Dispose();
    }
}
