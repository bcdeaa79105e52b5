namespace Signalbox.Core.Events;

/// <summary>Where the sender of an event lets it go. What it does not let through is filtered.</summary>
/// <param name="Others">Whether it may go to destinations that are not named.</param>
/// <param name="Named">By destination id, or by platform name for all destinations of that platform; the id counts first. Names are compared as they are.</param>
public sealed record Forwarding(bool Others, IReadOnlyDictionary<string, bool> Named)
{
    public bool Allows(string destination, string platform) =>
        Named.TryGetValue(destination, out var allowed) || Named.TryGetValue(platform, out allowed) ? allowed : Others;
}
