using System.Buffers;
using System.Text.Json;
using Signalbox.Core.Destinations;
using Signalbox.Core.Events;

namespace Signalbox.Core.Ports;

/// <summary>A kind of receiver: how it is configured, spoken to, and understood. Stateless; shared by all its destinations.</summary>
public interface IPlatform
{
    /// <summary>The platform's name in configuration, such as <c>meta</c>.</summary>
    string Name { get; }

    PlatformRules Rules { get; }

    /// <summary>Reads a destination's <c>settings</c>.</summary>
    /// <param name="endpoint">What replaces scheme, host and port of the platform's address, its path put in front; null for the platform's own.</param>
    /// <param name="faults">Told of every fault with its path below <c>settings</c>.</param>
    /// <returns>The settings in the platform's own type, or null when there were faults.</returns>
    PlatformSettings? ReadSettings(JsonElement settings, Uri? endpoint, Action<string, string> faults);

    /// <summary>
    /// Writes one event as the fragment that <see cref="Compose"/> puts into a request. It must not depend on the events beside it.
    /// </summary>
    /// <returns>Null when written; otherwise why this platform cannot take this event, in words without values: it is then rejected.</returns>
    string? Encode(OutgoingEvent e, PlatformSettings settings, IBufferWriter<byte> fragment);

    /// <summary>Makes the request of one call from fragments that <see cref="Encode"/> wrote, in order; one to the batch size of them.</summary>
    /// <param name="callId">Stable over the retries of the same set of events.</param>
    /// <param name="now">The time of this attempt.</param>
    PlatformRequest Compose(IReadOnlyList<ReadOnlyMemory<byte>> fragments, PlatformSettings settings, string callId, DateTimeOffset now);

    /// <summary>What an answer means for the <paramref name="count"/> events of its call.</summary>
    Verdict Judge(PlatformAnswer.Answered answer, int count);
}

/// <summary>What a platform allows; data with a source, see each platform's README.</summary>
/// <param name="Defaults">The limits of a destination that configures none.</param>
/// <param name="MaxBatchSize">Events the platform takes in one call, which caps what is configured.</param>
/// <param name="MaxAge">Events that happened longer ago are expired without a call; null where it takes any age.</param>
/// <param name="CallTimeout">How long an answer is waited for.</param>
/// <param name="ConversionsOnly">Whether only events of <see cref="EventKind.Conversion"/> concern it, as with every ad platform.</param>
public sealed record PlatformRules(Limits Defaults, int MaxBatchSize, TimeSpan? MaxAge, TimeSpan CallTimeout, bool ConversionsOnly = true);

/// <summary>A platform's validated settings; each platform derives its own.</summary>
/// <param name="QuotaKey">Names the account at the platform whose quota is spent, without the platform's name: a pixel id, a host.</param>
public abstract record PlatformSettings(string QuotaKey);

/// <summary>An accepted event on its way to a platform.</summary>
/// <param name="Id">The id that the platform gets: the caller's event id, or the router's own.</param>
public readonly record struct OutgoingEvent(string Id, long Seq, DateTimeOffset AcceptedAt, ConversionEvent Event);

/// <summary>One HTTP request to a platform, whole.</summary>
/// <param name="Headers">Without <c>Content-Type</c>, <c>Content-Length</c> and <c>Host</c>.</param>
public sealed record PlatformRequest(
    HttpMethod Method,
    Uri Url,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    string ContentType,
    ReadOnlyMemory<byte> Body);
