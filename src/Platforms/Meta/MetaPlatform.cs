using System.Buffers;
using System.Text.Json;
using Signalbox.Core.Ports;

namespace Signalbox.Platforms.Meta;

/// <summary>Meta's Conversions API: Facebook and Instagram. See the README beside this file.</summary>
public sealed class MetaPlatform : IPlatform
{
    public string Name => "meta";

    public PlatformRules Rules => MetaLimits.Rules;

    public PlatformSettings? ReadSettings(JsonElement settings, Uri? endpoint, Action<string, string> faults) => MetaSettings.Read(settings, endpoint, faults);

    public string? Encode(OutgoingEvent e, PlatformSettings settings, IBufferWriter<byte> fragment) => MetaEncoder.Encode(e, fragment);

    public PlatformRequest Compose(IReadOnlyList<ReadOnlyMemory<byte>> fragments, PlatformSettings settings, string callId, DateTimeOffset now)
    {
        var meta = (MetaSettings)settings;
        return new PlatformRequest(HttpMethod.Post, meta.Url, meta.Headers, "application/json", Body(fragments, meta.TestEventCode));
    }

    public Verdict Judge(PlatformAnswer.Answered answer, int count) => MetaAnswers.Judge(answer, count);

    private static ReadOnlyMemory<byte> Body(IReadOnlyList<ReadOnlyMemory<byte>> fragments, string? testEventCode)
    {
        const int wrapping = 128;
        var size = wrapping;
        foreach (var fragment in fragments) size += fragment.Length + 1;
        var body = new ArrayBufferWriter<byte>(size);
        body.Write("{\"data\":["u8);
        for (var index = 0; index < fragments.Count; index++)
        {
            if (index > 0) body.Write(","u8);
            body.Write(fragments[index].Span);
        }
        body.Write("]"u8);
        if (testEventCode is not null)
        {
            body.Write(",\"test_event_code\":"u8);
            body.Write(JsonSerializer.SerializeToUtf8Bytes(testEventCode));
        }
        body.Write("}"u8);
        return body.WrittenMemory;
    }
}
