using System.Buffers;
using System.Text.Json;
using Signalbox.Core.Ports;

namespace Signalbox.Platforms.Webhook;

/// <summary>Any HTTP receiver, spoken to by Standard Webhooks. See the README beside this file.</summary>
public sealed class WebhookPlatform : IPlatform
{
    public string Name => "webhook";

    public PlatformRules Rules => WebhookLimits.Rules;

    public PlatformSettings? ReadSettings(JsonElement settings, Uri? endpoint, Action<string, string> faults) => WebhookSettings.Read(settings, endpoint, faults);

    public string? Encode(OutgoingEvent e, PlatformSettings settings, IBufferWriter<byte> fragment)
    {
        WebhookEncoder.Encode(e, fragment);
        return null;
    }

    public PlatformRequest Compose(IReadOnlyList<ReadOnlyMemory<byte>> fragments, PlatformSettings settings, string callId, DateTimeOffset now)
    {
        var webhook = (WebhookSettings)settings;
        var body = fragments.Single();
        return new PlatformRequest(
            HttpMethod.Post, webhook.Url, StandardWebhooks.Headers(callId, now, webhook.Secrets, body.Span), "application/json", body);
    }

    public Verdict Judge(PlatformAnswer.Answered answer, int count) => WebhookAnswers.Judge(answer);
}
