using System.Buffers.Binary;
using Signalbox.Core.Containers;

namespace Signalbox.Core.Workspaces;

/// <summary>A tenant: its keys, plan and containers.</summary>
/// <param name="RateLimitPerMinute">Requests a minute over all keys; the plan's, unless configured.</param>
/// <param name="Subscription"><c>active</c>, <c>trial</c> or <c>none</c>.</param>
/// <param name="MonthlyConversions">Billable conversions in the plan a month; null for no cap.</param>
public sealed record Workspace(
    string Id,
    Plan Plan,
    int RateLimitPerMinute,
    string Subscription,
    long? MonthlyConversions,
    IReadOnlyList<ApiKey> Keys,
    IReadOnlyList<CustomEvent> CustomEvents,
    IReadOnlyList<Container> Containers);

public enum Plan
{
    Free,
    Pro,
    Enterprise,
}

/// <summary>A workspace's own event name, and whether it counts against the plan.</summary>
public sealed record CustomEvent(string Key, bool Billable);

/// <summary>A key of a workspace. Its secret is known only as a digest.</summary>
/// <param name="Prefix">The secret's first characters, shown to tell keys apart.</param>
/// <param name="Containers">Ids of the containers it may write to; null for all of the workspace.</param>
/// <param name="EventTypes">Event names it may send; null for all.</param>
public sealed record ApiKey(
    string Name,
    byte[] Sha256,
    string Prefix,
    IReadOnlySet<string>? Containers,
    string? DefaultContainer,
    IReadOnlySet<string> Scopes,
    IReadOnlySet<string>? EventTypes)
{
    public const string IngestScope = "ingest";
    public const string AdminScope = "admin";
    public const string BrowserScope = "browser";

    internal UInt128 Fingerprint { get; } = FingerprintOf(Sha256);

    internal static UInt128 FingerprintOf(ReadOnlySpan<byte> sha256) => BinaryPrimitives.ReadUInt128LittleEndian(sha256);
}
