using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Signalbox.Platforms;

/// <summary>One JSON writer a thread for all encoders, since one for each event would be most of what they allocate.</summary>
internal static class FragmentWriter
{
    // Bodies are read by JSON parsers alone, never as part of a page: accents stay readable. What is written is right by construction.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? ofThisThread;

    /// <summary>To be flushed by whoever started it, before the next start.</summary>
    public static Utf8JsonWriter Start(IBufferWriter<byte> fragment)
    {
        if (ofThisThread is null) return ofThisThread = new Utf8JsonWriter(fragment, Options);
        ofThisThread.Reset(fragment);
        return ofThisThread;
    }
}
