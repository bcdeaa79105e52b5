using Signalbox.Core.Ports;
using Signalbox.Core.Workspaces;

namespace Signalbox.Api.Hosting;

/// <summary>The configuration that doors and actors read: one snapshot, replaced as a whole.</summary>
public sealed class CurrentConfiguration(Configuration initial) : IConfigurationSource
{
    private volatile Configuration current = initial;
    private volatile string? warning;

    public Configuration Current => current;

    /// <summary>What an operator should know of it; null when all is well.</summary>
    public string? Warning => warning;

    /// <summary>Whether there is any yet: a cluster may start before its first one is applied.</summary>
    public bool IsThere => current.Version > 0;

    /// <summary>What a cluster starts with.</summary>
    public static CurrentConfiguration None() => new(new Configuration(0, []));

    public void Replace(Configuration next)
    {
        current = next;
        warning = null;
    }

    /// <summary>Keeps what there is, although something is wrong.</summary>
    public void Warn(string problem) => warning = problem;
}
