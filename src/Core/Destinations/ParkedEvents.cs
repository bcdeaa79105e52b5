using Signalbox.Core.Containers;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>Finds the events of a parked call: in the copy it carries, or in the journal.</summary>
internal static class ParkedEvents
{
    private const int BytesPerRead = 4 << 20;

    /// <exception cref="StoreUnavailableException">The journal cannot be read now.</exception>
    public static async Task<IReadOnlyList<QueuedEvent>> Load(IJournalStore journal, int container, ParkedCall call)
    {
        return call.Copy.IsEmpty ? await Read(journal, container, call) : Decode(call).Where(e => call.Seqs.Contains(e.Seq)).ToList();
    }

    /// <summary>The events in bytes: per event seq, acceptance and event time, length, bytes.</summary>
    public static byte[] Encode(IReadOnlyList<QueuedEvent> events)
    {
        using var stream = new MemoryStream();
        Span<byte> number = stackalloc byte[VarInt.MaxSize];
        foreach (var e in events)
        {
            foreach (var value in (ReadOnlySpan<long>)[e.Seq, e.AcceptedAt.ToUnixTimeMilliseconds(), e.Time.ToUnixTimeMilliseconds(), e.Bytes.Length])
            {
                stream.Write(number[..VarInt.Write(number, (ulong)value)]);
            }
            stream.Write(e.Bytes.Span);
        }
        return stream.ToArray();
    }

    private static List<QueuedEvent> Decode(ParkedCall call)
    {
        var events = new List<QueuedEvent>();
        var rest = call.Copy;
        while (!rest.IsEmpty)
        {
            rest = rest[VarInt.Read(rest.Span, out var seq)..];
            rest = rest[VarInt.Read(rest.Span, out var acceptedAt)..];
            rest = rest[VarInt.Read(rest.Span, out var time)..];
            rest = rest[VarInt.Read(rest.Span, out var length)..];
            events.Add(new QueuedEvent((long)seq, Milliseconds(acceptedAt), Milliseconds(time), rest[..(int)length], call.InFlight));
            rest = rest[(int)length..];
        }
        return events;
    }

    private static async Task<IReadOnlyList<QueuedEvent>> Read(IJournalStore journal, int container, ParkedCall call)
    {
        var events = new List<QueuedEvent>();
        foreach (var range in call.Seqs.Ranges)
        {
            for (var seen = range.First - 1; seen < range.Last;)
            {
                var records = await journal.Read(container, seen, BytesPerRead);
                if (records.Count == 0) break;
                foreach (var record in records) events.AddRange(Of(record, seq => seq >= range.First && seq <= range.Last, null));
                seen = records[^1].LastSeq;
            }
        }
        return call.InFlight ? events.Select(e => e with { MaybeDuplicate = true }).ToList() : events;
    }

    /// <summary>A record's events whose seq is wanted, and which are queued for a destination if one is given.</summary>
    public static IReadOnlyList<QueuedEvent> Of(JournalRecord record, Func<long, bool> isWanted, int? destination)
    {
        var events = new List<QueuedEvent>();
        var reader = new RecordReader(record.Headers.Span);
        while (reader.Next())
        {
            var seq = record.FirstSeq + reader.Index;
            if (!isWanted(seq) || (destination is { } number && !reader.IsQueuedFor(number))) continue;
            var happenedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.Time);
            events.Add(new QueuedEvent(seq, record.Time, happenedAt, record.Body.Slice(reader.Offset, reader.Length), MaybeDuplicate: false));
        }
        return events;
    }

    private static DateTimeOffset Milliseconds(ulong value) => DateTimeOffset.FromUnixTimeMilliseconds((long)value);
}
