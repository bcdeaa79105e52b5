using System.Buffers;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;

namespace Signalbox.Platforms.Webhook;

/// <summary>The whole body of one webhook, in the form that Standard Webhooks recommends: <c>type</c>, <c>timestamp</c>, <c>data</c>.</summary>
internal static class WebhookEncoder
{
    private const string TypePrefix = "conversion.";

    public static void Encode(in OutgoingEvent outgoing, IBufferWriter<byte> fragment)
    {
        var writer = FragmentWriter.Start(fragment);
        writer.WriteStartObject();
        writer.WriteString("type"u8, TypeOf(outgoing.Event.Name));
        writer.WriteString("timestamp"u8, outgoing.Event.Time.UtcDateTime);
        writer.WritePropertyName("data"u8);
        EventJson.Write(writer, outgoing.Event, outgoing.Id, outgoing.AcceptedAt);
        writer.WriteEndObject();
        writer.Flush();
    }

    /// <summary>A type is of letters, digits, underscores and dots; the name as it was sent stands in <c>data</c>.</summary>
    private static string TypeOf(string name) => string.Create(TypePrefix.Length + name.Length, name, static (type, name) =>
    {
        TypePrefix.CopyTo(type);
        for (var index = 0; index < name.Length; index++)
        {
            type[TypePrefix.Length + index] = char.IsAsciiLetterOrDigit(name[index]) ? name[index] : '_';
        }
    });
}
