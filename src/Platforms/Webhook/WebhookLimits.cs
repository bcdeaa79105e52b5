using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;

namespace Signalbox.Platforms.Webhook;

/// <summary>What a webhook's receiver can be expected to bear.</summary>
internal static class WebhookLimits
{
    /// <summary>Standard Webhooks knows no batches: one event, one id, one signature.</summary>
    private const int MaxBatchSize = 1;

    /// <summary>50 events a second: apis/tracking-ingest-api.txt. There is no batch to wait for.</summary>
    private static readonly Limits Defaults = new(EventsPerSecond: 50, MaxBatchSize, MaxDelay: TimeSpan.Zero, ParallelCalls: 4);

    /// <summary>Standard Webhooks recommends 15 to 30 seconds.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(15);

    public static PlatformRules Rules { get; } = new(Defaults, MaxBatchSize, MaxAge: null, CallTimeout, ConversionsOnly: false);
}
