using System.Buffers;
using System.IO.Compression;

namespace Signalbox.Api.Dialects;

/// <summary>A request's body, whole and inflated, in a rented buffer: dispose it when it is parsed.</summary>
internal readonly struct RequestBody : IDisposable
{
    private readonly byte[]? rented;
    private readonly int length;

    private RequestBody(byte[] rented, int length) => (this.rented, this.length) = (rented, length);

    private RequestBody(BodyFault fault) => Fault = fault;

    public BodyFault Fault { get; }

    public ReadOnlySpan<byte> Bytes => rented.AsSpan(0, length);

    /// <param name="maxBytes">The most that is taken, as it arrives and inflated.</param>
    public static async ValueTask<RequestBody> Read(HttpRequest request, int maxBytes)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        var isGzip = encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase) || encoding.Equals("x-gzip", StringComparison.OrdinalIgnoreCase);
        if (!isGzip && encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)) return new RequestBody(BodyFault.UnknownEncoding);
        if (request.ContentLength > maxBytes) return new RequestBody(BodyFault.TooLarge);

        var body = await ReadRaw(request, maxBytes);
        if (!isGzip || body.Fault != BodyFault.None) return body;
        using (body) return body.Inflate(maxBytes);
    }

    /// <summary>What to say of the <see cref="Fault"/>.</summary>
    /// <param name="maxBytes">As the body was read with.</param>
    public Refusal Refusal(int maxBytes) => Fault switch
    {
        BodyFault.TooLarge => new(StatusCodes.Status413PayloadTooLarge, "body", $"expected at most {maxBytes / 1024} KB, inflated"),
        BodyFault.UnknownEncoding => new(StatusCodes.Status400BadRequest, "Content-Encoding", "expected gzip or none"),
        BodyFault.BrokenGzip => new(StatusCodes.Status400BadRequest, "body", "not valid gzip"),
        _ => new(StatusCodes.Status400BadRequest, "body", "it ended before it was complete"),
    };

    public void Dispose()
    {
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    private static async ValueTask<RequestBody> ReadRaw(HttpRequest request, int maxBytes)
    {
        var reader = request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync();
                var buffer = read.Buffer;
                if (buffer.Length > maxBytes)
                {
                    reader.AdvanceTo(buffer.End);
                    return new RequestBody(BodyFault.TooLarge);
                }
                if (read.IsCompleted)
                {
                    var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(1, (int)buffer.Length));
                    buffer.CopyTo(bytes);
                    var length = (int)buffer.Length;
                    reader.AdvanceTo(buffer.End);
                    return new RequestBody(bytes, length);
                }
                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        catch (BadHttpRequestException refused)
        {
            return new RequestBody(refused.StatusCode == StatusCodes.Status413PayloadTooLarge ? BodyFault.TooLarge : BodyFault.Incomplete);
        }
    }

    private RequestBody Inflate(int maxBytes)
    {
        using var gzip = new GZipStream(new MemoryStream(rented!, 0, length, writable: false), CompressionMode.Decompress);
        // One byte more than is allowed tells a body that is too large from one that is just as large as it may be.
        var inflated = ArrayPool<byte>.Shared.Rent(Math.Min(maxBytes + 1, Math.Max(4096, length * 8)));
        var filled = 0;
        try
        {
            while (true)
            {
                if (filled > maxBytes) return Give(inflated, BodyFault.TooLarge);
                if (filled == inflated.Length) inflated = Grow(inflated);
                var read = gzip.Read(inflated, filled, inflated.Length - filled);
                if (read == 0) return new RequestBody(inflated, filled);
                filled += read;
            }
        }
        catch (InvalidDataException)
        {
            return Give(inflated, BodyFault.BrokenGzip);
        }
    }

    private static RequestBody Give(byte[] back, BodyFault fault)
    {
        ArrayPool<byte>.Shared.Return(back);
        return new RequestBody(fault);
    }

    private static byte[] Grow(byte[] small)
    {
        var large = ArrayPool<byte>.Shared.Rent(small.Length * 2);
        small.CopyTo(large, 0);
        ArrayPool<byte>.Shared.Return(small);
        return large;
    }
}

internal enum BodyFault
{
    None,
    TooLarge,
    UnknownEncoding,
    BrokenGzip,

    /// <summary>The connection gave less than the request's headers promised, or broken chunks.</summary>
    Incomplete,
}
