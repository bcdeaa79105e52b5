using System.Security.Cryptography;
using System.Text;

namespace Signalbox.Sandbox.Arrivals;

/// <summary>
/// Every accepted event, in the order of acceptance, and how often its id was seen. Built for millions: an event costs its id's bytes,
/// 32 bytes, and one entry of a table keyed by digest; no object of its own. Not safe for concurrent use, except that what
/// <see cref="Snapshot"/> returned may be read while events are added.
/// </summary>
internal sealed class EventLog
{
    private const int EventsPerChunk = 4096;
    private const int IdBytesPerChunk = 1024 * 1024;

    // Meta: of the same event_name and event_id only the first counts for 48 hours.
    private static readonly long DedupeWindowMs = (long)TimeSpan.FromHours(48).TotalMilliseconds;

    private readonly List<Chunk> chunks = [];
    private readonly Dictionary<UInt128, Seen> seen = [];
    private readonly Dictionary<string, int> nameIndex = [];
    private readonly List<string> names = [];

    public long DistinctIds => seen.Count;

    /// <summary>Digest of name and id; null for an event without id, which is never a duplicate.</summary>
    public static UInt128? Digest(SentEvent sent)
    {
        if (sent.Id is null) return null;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{sent.Name}\0{sent.Id}"), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>Adds one event and answers how often it was seen within the window, this time included.</summary>
    public int Add(SentEvent sent, UInt128? digest, long atMs, long request)
    {
        var times = 1;
        if (digest is { } key)
        {
            ref var entry = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(seen, key, out var known);
            entry = known && atMs - entry.FirstMs < DedupeWindowMs ? entry with { Times = entry.Times + 1 } : new Seen(atMs, 1);
            times = entry.Times;
        }
        if (chunks is not [.., { IsFull: false }]) chunks.Add(new Chunk());
        chunks[^1].Add(sent.Id, IndexOf(sent.Name), atMs, request, times);
        return times;
    }

    public (ChunkView[] Chunks, string[] Names) Snapshot() => ([.. chunks.Select(c => c.View())], [.. names]);

    private int IndexOf(string name)
    {
        if (nameIndex.TryGetValue(name, out var index)) return index;
        names.Add(name);
        return nameIndex[name] = names.Count - 1;
    }

    /// <param name="IdEnd">Where the id ends in the chunk's bytes; it starts where the event before ended.</param>
    internal readonly record struct Entry(long AtMs, long Request, int Name, int IdEnd, int Times, bool HasId);

    /// <summary>A chunk's first <paramref name="Count"/> entries, which never change again.</summary>
    internal readonly record struct ChunkView(Entry[] Entries, byte[] Ids, int Count);

    private readonly record struct Seen(long FirstMs, int Times);

    private sealed class Chunk
    {
        private readonly Entry[] entries = new Entry[EventsPerChunk];
        private byte[] ids = new byte[1024];
        private int count;
        private int idEnd;

        public bool IsFull => count == EventsPerChunk || idEnd > IdBytesPerChunk;

        public void Add(string? id, int name, long atMs, long request, int times)
        {
            var length = Encoding.UTF8.GetByteCount(id ?? "");
            // Growing copies, so a view taken earlier keeps its own bytes.
            if (idEnd + length > ids.Length) Array.Resize(ref ids, Math.Max(ids.Length * 2, idEnd + length));
            idEnd += Encoding.UTF8.GetBytes(id ?? "", ids.AsSpan(idEnd));
            entries[count++] = new Entry(atMs, request, name, idEnd, times, id is not null);
            if (IsFull) Array.Resize(ref ids, idEnd);
        }

        public ChunkView View() => new(entries, ids, count);
    }
}
