using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Signalbox.Core.Events;

/// <summary>
/// The event's bytes in the journal: a format number, then fields of one tag byte, a length as a variable-size integer, and that many
/// bytes. A reader skips tags that it does not know, so a newer writer's events stay readable.
/// </summary>
public static class EventCodec
{
    private const byte Format = 1;

    // A trace's id and a span's.
    private const int TraceSize = 16 + 8;

    private enum Tag : byte
    {
        EventId = 1, Name = 2, SentName = 3, Category = 4, Time = 5, ActionSource = 6, Url = 7, Referrer = 8, Value = 9, Currency = 10,
        OrderId = 11, SearchString = 12, ContentName = 13, ContentCategory = 14, ContentType = 15, NumItems = 16, Product = 17,
        Identifier = 18, Consent = 19, Properties = 20, Note = 21, Dialect = 22, Trace = 23, Kind = 24,
    }

    private enum ProductTag : byte
    {
        Id = 1, Name = 2, Category = 3, Brand = 4, Price = 5, Quantity = 6,
    }

    public static byte[] Encode(ConversionEvent e)
    {
        var writer = new FieldWriter(1024);
        writer.Byte(Format);
        if (e.Trace != default) writer.Trace((byte)Tag.Trace, e.Trace);
        if (e.Kind != EventKind.Conversion) writer.Number((byte)Tag.Kind, (long)e.Kind);
        writer.Text((byte)Tag.EventId, e.EventId);
        writer.Text((byte)Tag.Name, e.Name);
        if (e.SentName != e.Name) writer.Text((byte)Tag.SentName, e.SentName);
        writer.Text((byte)Tag.Category, e.Category);
        writer.Number((byte)Tag.Time, e.Time.ToUnixTimeMilliseconds());
        if (e.ActionSource is { } source) writer.Number((byte)Tag.ActionSource, (long)source);
        writer.Text((byte)Tag.Url, e.Url);
        writer.Text((byte)Tag.Referrer, e.Referrer);
        writer.Amount((byte)Tag.Value, e.Value);
        writer.Text((byte)Tag.Currency, e.Currency);
        writer.Text((byte)Tag.OrderId, e.OrderId);
        writer.Text((byte)Tag.SearchString, e.SearchString);
        writer.Text((byte)Tag.ContentName, e.ContentName);
        writer.Text((byte)Tag.ContentCategory, e.ContentCategory);
        writer.Text((byte)Tag.ContentType, e.ContentType);
        if (e.NumItems is { } items) writer.Number((byte)Tag.NumItems, items);
        foreach (var product in e.Products) WriteProduct(ref writer, product);
        foreach (var identifier in e.Identifiers)
        {
            writer.Identifier((byte)Tag.Identifier, identifier);
        }
        if (e.Consent is not null) writer.Text((byte)Tag.Consent, string.Join(',', e.Consent), keepEmpty: true);
        if (!e.Properties.IsEmpty) writer.Bytes((byte)Tag.Properties, e.Properties.Span);
        foreach (var note in e.Notes) writer.Text((byte)Tag.Note, note);
        writer.Text((byte)Tag.Dialect, e.Dialect);
        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="Encode"/> wrote. <see cref="ConversionEvent.Properties"/> points into <paramref name="bytes"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes are of an unknown format: a bug or a damaged store.</exception>
    public static ConversionEvent Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new FieldReader(bytes.Span);
        if (reader.Byte() != Format) throw new InvalidDataException("unknown event format");
        var e = new ConversionEvent { Name = "", SentName = "", Dialect = "" };
        while (reader.Next(out var tag, out var field))
        {
            switch ((Tag)tag)
            {
                case Tag.EventId: e.EventId = Text(field); break;
                case Tag.Name: e.Name = Text(field); break;
                case Tag.SentName: e.SentName = Text(field); break;
                case Tag.Category: e.Category = Text(field); break;
                case Tag.Time: e.Time = DateTimeOffset.FromUnixTimeMilliseconds(Number(field)); break;
                case Tag.ActionSource: e.ActionSource = (ActionSource)Number(field); break;
                case Tag.Url: e.Url = Text(field); break;
                case Tag.Referrer: e.Referrer = Text(field); break;
                case Tag.Value: e.Value = Amount(field); break;
                case Tag.Currency: e.Currency = Text(field); break;
                case Tag.OrderId: e.OrderId = Text(field); break;
                case Tag.SearchString: e.SearchString = Text(field); break;
                case Tag.ContentName: e.ContentName = Text(field); break;
                case Tag.ContentCategory: e.ContentCategory = Text(field); break;
                case Tag.ContentType: e.ContentType = Text(field); break;
                case Tag.NumItems: e.NumItems = (int)Number(field); break;
                case Tag.Product: e.Products.Add(ReadProduct(field)); break;
                case Tag.Identifier: e.Identifiers.TryAdd((Identifier)field[0], Text(field[2..]), (Origin)field[1]); break;
                case Tag.Consent: e.Consent = Text(field).Split(',', StringSplitOptions.RemoveEmptyEntries); break;
                case Tag.Properties: e.Properties = bytes.Slice(reader.Offset - field.Length, field.Length); break;
                case Tag.Note: e.Notes.Add(Text(field)); break;
                case Tag.Dialect: e.Dialect = Text(field); break;
                case Tag.Trace: e.Trace = Trace(field); break;
                case Tag.Kind: e.Kind = (EventKind)Number(field); break;
            }
        }
        if (e.SentName.Length == 0) e.SentName = e.Name;
        return e;
    }

    /// <summary>The span that an event carries, read from its bytes alone, where it is the first field; none by default.</summary>
    public static ActivityContext TraceOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 2 + TraceSize && bytes[1] == (byte)Tag.Trace && bytes[2] == TraceSize ? Trace(bytes.Slice(3, TraceSize)) : default;

    private static void WriteProduct(ref FieldWriter writer, Product product)
    {
        var inner = new FieldWriter(128);
        inner.Text((byte)ProductTag.Id, product.Id);
        inner.Text((byte)ProductTag.Name, product.Name);
        inner.Text((byte)ProductTag.Category, product.Category);
        inner.Text((byte)ProductTag.Brand, product.Brand);
        inner.Amount((byte)ProductTag.Price, product.Price);
        if (product.Quantity is { } quantity) inner.Number((byte)ProductTag.Quantity, quantity);
        writer.Bytes((byte)Tag.Product, inner.Written);
        inner.Dispose();
    }

    private static Product ReadProduct(ReadOnlySpan<byte> bytes)
    {
        var reader = new FieldReader(bytes);
        var product = new Product("");
        while (reader.Next(out var tag, out var field))
        {
            product = (ProductTag)tag switch
            {
                ProductTag.Id => product with { Id = Text(field) },
                ProductTag.Name => product with { Name = Text(field) },
                ProductTag.Category => product with { Category = Text(field) },
                ProductTag.Brand => product with { Brand = Text(field) },
                ProductTag.Price => product with { Price = Amount(field) },
                ProductTag.Quantity => product with { Quantity = (int)Number(field) },
                _ => product,
            };
        }
        return product;
    }

    private static ActivityContext Trace(ReadOnlySpan<byte> field) => new(
        ActivityTraceId.CreateFromBytes(field[..16]), ActivitySpanId.CreateFromBytes(field[16..]), ActivityTraceFlags.Recorded, isRemote: true);

    private static string Text(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field);

    private static long Number(ReadOnlySpan<byte> field) => BinaryPrimitives.ReadInt64LittleEndian(field);

    private static decimal Amount(ReadOnlySpan<byte> field) => new(MemoryMarshal.Cast<byte, int>(field));

    private ref struct FieldWriter(int capacity)
    {
        private byte[] buffer = ArrayPool<byte>.Shared.Rent(capacity);
        private int length;

        public readonly ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

        public void Byte(byte value)
        {
            Reserve(1);
            buffer[length++] = value;
        }

        public void Bytes(byte tag, ReadOnlySpan<byte> value)
        {
            Start(tag, value.Length);
            value.CopyTo(buffer.AsSpan(length));
            length += value.Length;
        }

        public void Text(byte tag, string? value, bool keepEmpty = false)
        {
            if (value is null || (value.Length == 0 && !keepEmpty)) return;
            Start(tag, Encoding.UTF8.GetByteCount(value));
            length += Encoding.UTF8.GetBytes(value, buffer.AsSpan(length));
        }

        public void Trace(byte tag, ActivityContext value)
        {
            Start(tag, TraceSize);
            value.TraceId.CopyTo(buffer.AsSpan(length, 16));
            value.SpanId.CopyTo(buffer.AsSpan(length + 16, 8));
            length += TraceSize;
        }

        public void Identifier(byte tag, IdentifierValue value)
        {
            Start(tag, 2 + Encoding.UTF8.GetByteCount(value.Value));
            buffer[length++] = (byte)value.Kind;
            buffer[length++] = (byte)value.Origin;
            length += Encoding.UTF8.GetBytes(value.Value, buffer.AsSpan(length));
        }

        public void Number(byte tag, long value)
        {
            Start(tag, sizeof(long));
            BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(length), value);
            length += sizeof(long);
        }

        public void Amount(byte tag, decimal? value)
        {
            if (value is not { } amount) return;
            Start(tag, 16);
            decimal.GetBits(amount, MemoryMarshal.Cast<byte, int>(buffer.AsSpan(length, 16)));
            length += 16;
        }

        public byte[] ToArray()
        {
            var bytes = Written.ToArray();
            Dispose();
            return bytes;
        }

        public readonly void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

        private void Start(byte tag, int size)
        {
            Reserve(1 + VarInt.MaxSize + size);
            buffer[length++] = tag;
            length += VarInt.Write(buffer.AsSpan(length), (ulong)size);
        }

        private void Reserve(int more)
        {
            if (length + more <= buffer.Length) return;
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, length + more));
            Written.CopyTo(larger);
            Dispose();
            buffer = larger;
        }
    }

    private ref struct FieldReader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> bytes = bytes;

        public int Offset { get; private set; }

        public byte Byte() => bytes[Offset++];

        public bool Next(out byte tag, out ReadOnlySpan<byte> field)
        {
            if (Offset == bytes.Length)
            {
                tag = 0;
                field = default;
                return false;
            }
            tag = bytes[Offset++];
            Offset += VarInt.Read(bytes[Offset..], out var size);
            field = bytes.Slice(Offset, (int)size);
            Offset += (int)size;
            return true;
        }
    }
}
