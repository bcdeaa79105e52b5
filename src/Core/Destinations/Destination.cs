using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>Names a destination for stores and actors: the numbers of its container's and its own incarnation.</summary>
public readonly record struct DestinationKey(int Container, int Number)
{
    public override string ToString() => $"{Container}/{Number}";
}

/// <summary>One configured platform in a container, as configured.</summary>
/// <param name="Number">Stands for this incarnation of the id within its container, and is never used again.</param>
/// <param name="Settings">What <see cref="Platform"/> read from the settings, in the platform's own type.</param>
/// <param name="CredentialsFingerprint">Changes when the settings do, which is what resumes a destination whose credentials were refused.</param>
/// <param name="ConsentRequired">Categories that an event must have been granted; empty for none.</param>
public sealed record Destination(
    string Id,
    int Number,
    IPlatform Platform,
    PlatformSettings Settings,
    string CredentialsFingerprint,
    bool Enabled,
    IReadOnlyList<string> ConsentRequired,
    Limits Limits)
{
    /// <summary>Destinations with the same one share the platform's quota, and so one token bucket.</summary>
    public string QuotaKey { get; } = $"{Platform.Name}:{Settings.QuotaKey}";
}

/// <summary>A destination's limits.</summary>
/// <param name="EventsPerSecond">Events that may be sent in a second, at most one batch at once above that (I4).</param>
/// <param name="BatchSize">Events in one call at the most.</param>
/// <param name="MaxDelay">How long the first event of a batch waits for company.</param>
/// <param name="ParallelCalls">Calls in flight at the most.</param>
public sealed record Limits(double EventsPerSecond, int BatchSize, TimeSpan MaxDelay, int ParallelCalls);
