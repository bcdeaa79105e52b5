using Signalbox.Sandbox.Rules;

namespace Signalbox.Sandbox.Webhook;

/// <summary>What the webhook emulator insists on: Standard Webhooks 1.0.0, "Verifying signatures".</summary>
internal static class WebhookRules
{
    public static readonly Rule Headers = new("webhook.headers", true, "webhook-id, webhook-timestamp and webhook-signature are there");
    public static readonly Rule Id = new("webhook.id", true, "webhook-id has no dot, which would make the signed text ambiguous");
    public static readonly Rule Timestamp = new("webhook.timestamp", true, "webhook-timestamp is unix seconds within 5 minutes of now");
    public static readonly Rule Signature = new("webhook.signature", true, "a v1 signature of id, timestamp and body is right");

    public static readonly Rule[] All = [Headers, Id, Timestamp, Signature];
}
