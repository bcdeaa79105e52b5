using System.Collections.Frozen;
using Signalbox.Core.Ports;
using Signalbox.Platforms.Meta;
using Signalbox.Platforms.Webhook;

namespace Signalbox.Platforms;

/// <summary>The platforms that a configuration may name.</summary>
public sealed class PlatformRegistry
{
    private readonly FrozenDictionary<string, IPlatform> platforms;

    /// <exception cref="ArgumentException">Two platforms have the same name: a bug in the composition.</exception>
    public PlatformRegistry(params IReadOnlyList<IPlatform> platforms)
    {
        var twice = platforms.CountBy(platform => platform.Name).FirstOrDefault(count => count.Value > 1).Key;
        if (twice is not null) throw new ArgumentException($"two platforms are named '{twice}'", nameof(platforms));
        this.platforms = platforms.ToFrozenDictionary(platform => platform.Name, StringComparer.Ordinal);
        Names = [.. platforms.Select(platform => platform.Name).Order(StringComparer.Ordinal)];
    }

    /// <summary>All that Signalbox ships. One more platform is one more line here and one more folder.</summary>
    public static PlatformRegistry BuiltIn { get; } = new(
        new MetaPlatform(),
        new WebhookPlatform());

    /// <summary>In alphabetical order.</summary>
    public IReadOnlyList<string> Names { get; }

    public IPlatform? Find(string name) => platforms.GetValueOrDefault(name);
}
