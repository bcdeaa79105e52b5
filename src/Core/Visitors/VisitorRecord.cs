using System.Text;
using Signalbox.Core.Events;

namespace Signalbox.Core.Visitors;

/// <summary>One visitor's merged identifiers.</summary>
public sealed class VisitorRecord
{
    private const byte Format = 1;

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>By kind, with the time at which this value was first seen.</summary>
    public required SortedDictionary<Identifier, SeenValue> Identifiers { get; init; }

    /// <summary>The page and referrer of the first visit.</summary>
    public string? LandingUrl { get; init; }

    public string? LandingReferrer { get; init; }

    /// <summary>A format number, then the times and texts in order: integers of variable size, texts with their length before them.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Format);
        writer.Write7BitEncodedInt64(FirstSeen.ToUnixTimeMilliseconds());
        writer.Write7BitEncodedInt64(LastSeen.ToUnixTimeMilliseconds());
        writer.Write(LandingUrl ?? "");
        writer.Write(LandingReferrer ?? "");
        foreach (var (kind, seen) in Identifiers)
        {
            writer.Write((byte)kind);
            writer.Write7BitEncodedInt64(seen.Since.ToUnixTimeMilliseconds());
            writer.Write(seen.Value);
        }
        return bytes.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are not what <see cref="ToBytes"/> makes: a damaged store.</exception>
    public static VisitorRecord FromBytes(ReadOnlyMemory<byte> bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes.ToArray(), writable: false), Encoding.UTF8);
        if (reader.ReadByte() != Format) throw new InvalidDataException("unknown visitor record format");
        var (firstSeen, lastSeen) = (ReadTime(reader), ReadTime(reader));
        var (url, referrer) = (reader.ReadString(), reader.ReadString());
        var identifiers = new SortedDictionary<Identifier, SeenValue>();
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            var kind = (Identifier)reader.ReadByte();
            var since = ReadTime(reader);
            identifiers.Add(kind, new SeenValue(reader.ReadString(), since));
        }
        return new VisitorRecord
        {
            FirstSeen = firstSeen,
            LastSeen = lastSeen,
            Identifiers = identifiers,
            LandingUrl = url.Length == 0 ? null : url,
            LandingReferrer = referrer.Length == 0 ? null : referrer,
        };
    }

    private static DateTimeOffset ReadTime(BinaryReader reader) => DateTimeOffset.FromUnixTimeMilliseconds(reader.Read7BitEncodedInt64());
}

public sealed record SeenValue(string Value, DateTimeOffset Since);
