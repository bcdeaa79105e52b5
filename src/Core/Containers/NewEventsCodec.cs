using Signalbox.Core.Events;

namespace Signalbox.Core.Containers;

/// <summary>Events on their way from a door to a container in another process: the size of their headers, the headers as a record holds them, the events' bytes.</summary>
public static class NewEventsCodec
{
    public static byte[] Encode(IReadOnlyList<NewEvent> events)
    {
        var headers = RecordCodec.Encode([.. events.Select(e => (e.Header, e.Bytes.Length))]);
        var bytes = new byte[VarInt.MaxSize + headers.Length + events.Sum(e => e.Bytes.Length)];
        var length = VarInt.Write(bytes, (ulong)headers.Length);
        headers.CopyTo(bytes, length);
        length += headers.Length;
        foreach (var e in events)
        {
            e.Bytes.Span.CopyTo(bytes.AsSpan(length));
            length += e.Bytes.Length;
        }
        return bytes[..length];
    }

    /// <summary>Reads what <see cref="Encode"/> wrote. The events point into <paramref name="bytes"/>.</summary>
    /// <exception cref="InvalidDataException">The headers are of an unknown format.</exception>
    public static NewEvent[] Decode(ReadOnlyMemory<byte> bytes)
    {
        var start = VarInt.Read(bytes.Span, out var size);
        var body = bytes[(start + (int)size)..];
        return [.. RecordCodec.Decode(bytes.Slice(start, (int)size).Span).Select(entry => new NewEvent(entry.Header, body.Slice(entry.Offset, entry.Length)))];
    }
}
