using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Signalbox.Core.Events;

namespace Signalbox.Api.Dialects;

/// <summary>Gathers what an event carries beyond the known fields, scrubbed, as one JSON object. Nothing is written for events without.</summary>
internal ref struct Properties
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? bufferOfThisThread;

    [ThreadStatic]
    private static Utf8JsonWriter? writerOfThisThread;

    private Utf8JsonWriter? writer;

    /// <summary>Copies the member at whose name the input stands.</summary>
    /// <param name="prefix">What stands before the member's name in messages.</param>
    public bool Copy(ref JsonInput input, string prefix)
    {
        writer ??= Start();
        return JsonScrubber.CopyMember(ref input.Reader, writer) is not { } fault || input.Fail(prefix + fault.Path, fault.Problem);
    }

    public readonly ReadOnlyMemory<byte> ToMemory()
    {
        const int emptyObject = 2;
        if (writer is null) return default;
        writer.WriteEndObject();
        writer.Flush();
        var buffer = bufferOfThisThread!;
        return buffer.WrittenCount == emptyObject ? default : buffer.WrittenSpan.ToArray();
    }

    private static Utf8JsonWriter Start()
    {
        const int mostKept = 64 * 1024;
        if (bufferOfThisThread is null || bufferOfThisThread.Capacity > mostKept) (bufferOfThisThread, writerOfThisThread) = (new ArrayBufferWriter<byte>(1024), null);
        bufferOfThisThread.ResetWrittenCount();
        writerOfThisThread ??= new Utf8JsonWriter(bufferOfThisThread, Options);
        writerOfThisThread.Reset();
        writerOfThisThread.WriteStartObject();
        return writerOfThisThread;
    }
}
