using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;

namespace Signalbox.Platforms.Meta;

/// <summary>What Meta's Conversions API allows.</summary>
internal static class MetaLimits
{
    /// <summary>The only place that says which version of the Graph API is spoken: released 2026-02-18, Meta's Python SDK 25.0.2 speaks it.</summary>
    public const string ApiVersion = "v25.0";

    /// <summary>"Using the API": up to 1,000 events in <c>data</c>.</summary>
    private const int MaxBatchSize = 1000;

    /// <summary>"Server event parameters": one event older than 7 days has the whole request refused.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(7);

    /// <summary>For the call's own duration and clocks that differ: an event just in time here would spoil its batch there.</summary>
    private static readonly TimeSpan AgeMargin = TimeSpan.FromMinutes(10);

    /// <summary>Meta names no rate for this API; 1,000 a second is what routers offer (apis/tracking-ingest-api.txt).</summary>
    private static readonly Limits Defaults = new(EventsPerSecond: 1000, MaxBatchSize, MaxDelay: TimeSpan.FromSeconds(1), ParallelCalls: 4);

    /// <summary>
    /// "Support" recommends 1.5 seconds for single events. A full batch takes longer, and giving up on it means to send it twice.
    /// </summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    public static PlatformRules Rules { get; } = new(Defaults, MaxBatchSize, MaxAge - AgeMargin, CallTimeout);
}
