using System.Text.Json;
using Signalbox.Core.Events;

namespace Signalbox.Api.Dialects;

/// <summary>Gathers what an event carries beyond the known fields, scrubbed, as one JSON object. Nothing is written for events without.</summary>
internal ref struct Properties
{
    private Utf8JsonWriter? writer;

    /// <summary>Copies the member at whose name the input stands.</summary>
    /// <param name="prefix">What stands before the member's name in messages.</param>
    public bool Copy(ref JsonInput input, string prefix)
    {
        writer ??= ThreadJson.Start();
        return JsonScrubber.CopyMember(ref input.Reader, writer) is not { } fault || input.Fail(prefix + fault.Path, fault.Problem);
    }

    public readonly ReadOnlyMemory<byte> ToMemory()
    {
        const int emptyObject = 2;
        if (writer is null) return default;
        var bytes = ThreadJson.Finish();
        return bytes.Length == emptyObject ? default : bytes;
    }
}
