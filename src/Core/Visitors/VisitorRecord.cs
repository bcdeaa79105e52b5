using System.Text.Json;
using System.Text.Json.Serialization;
using Signalbox.Core.Events;

namespace Signalbox.Core.Visitors;

/// <summary>What a browser said of itself in one request: plain values, nothing personal.</summary>
/// <param name="At">When the request arrived.</param>
/// <param name="Identifiers">At most one of each kind.</param>
/// <param name="Url">The page, scrubbed.</param>
public sealed record VisitorTouch(DateTimeOffset At, IReadOnlyDictionary<Identifier, string> Identifiers, string? Url, string? Referrer);

/// <summary>One visitor's merged identifiers.</summary>
public sealed class VisitorRecord
{
    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>By kind, with the time at which this value was first seen.</summary>
    public required SortedDictionary<Identifier, SeenValue> Identifiers { get; init; }

    /// <summary>The page and referrer of the first visit.</summary>
    public string? LandingUrl { get; init; }

    public string? LandingReferrer { get; init; }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, VisitorJson.Default.VisitorRecord);

    /// <exception cref="JsonException">The bytes are not what <see cref="ToBytes"/> makes: a damaged store.</exception>
    public static VisitorRecord FromBytes(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, VisitorJson.Default.VisitorRecord) ?? throw new JsonException("a visitor's record is null");
}

public sealed record SeenValue(string Value, DateTimeOffset Since);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(VisitorRecord))]
internal sealed partial class VisitorJson : JsonSerializerContext;
