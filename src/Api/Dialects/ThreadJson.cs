using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Signalbox.Api.Dialects;

/// <summary>
/// One JSON writer a thread, since one for each answer would be much of what a request allocates. Between <see cref="Start"/> and
/// <see cref="Finish"/> nobody else on the thread may write, so nothing is awaited there.
/// </summary>
internal static class ThreadJson
{
    private const int MostKept = 64 * 1024;

    // Bodies are read by programs, never as part of a page, so nothing is escaped for HTML. What is written is right by construction.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    /// <summary>Begins an object; what an earlier one left unfinished is forgotten.</summary>
    public static Utf8JsonWriter Start()
    {
        if (buffer is null || buffer.Capacity > MostKept) (buffer, writer) = (new ArrayBufferWriter<byte>(1024), null);
        buffer.ResetWrittenCount();
        writer ??= new Utf8JsonWriter(buffer, Options);
        writer.Reset();
        writer.WriteStartObject();
        return writer;
    }

    /// <summary>Ends the object that was begun on this thread.</summary>
    public static byte[] Finish()
    {
        writer!.WriteEndObject();
        writer.Flush();
        return buffer!.WrittenSpan.ToArray();
    }
}
