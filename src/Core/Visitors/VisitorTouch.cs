using System.Text;
using Signalbox.Core.Events;

namespace Signalbox.Core.Visitors;

/// <summary>What a browser said of itself in one request: plain values, nothing personal.</summary>
/// <param name="At">When the request arrived.</param>
/// <param name="Identifiers">At most one of each kind.</param>
/// <param name="Url">The page, scrubbed.</param>
public sealed record VisitorTouch(DateTimeOffset At, IReadOnlyDictionary<Identifier, string> Identifiers, string? Url, string? Referrer)
{
    /// <summary>The touch on its way to another process: the time in ticks, page and referrer (empty for none), then kinds and values to the end.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(At.UtcTicks);
        writer.Write(Url ?? "");
        writer.Write(Referrer ?? "");
        foreach (var (kind, value) in Identifiers)
        {
            writer.Write((byte)kind);
            writer.Write(value);
        }
        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    public static VisitorTouch FromBytes(ReadOnlyMemory<byte> bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes.ToArray(), writable: false), Encoding.UTF8);
        var at = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
        var (url, referrer) = (reader.ReadString(), reader.ReadString());
        var identifiers = new SortedDictionary<Identifier, string>();
        while (reader.BaseStream.Position < reader.BaseStream.Length) identifiers.Add((Identifier)reader.ReadByte(), reader.ReadString());
        return new VisitorTouch(at, identifiers, url.Length == 0 ? null : url, referrer.Length == 0 ? null : referrer);
    }
}
