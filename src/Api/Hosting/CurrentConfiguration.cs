using Signalbox.Core.Ports;
using Signalbox.Core.Workspaces;

namespace Signalbox.Api.Hosting;

/// <summary>The configuration that doors and actors read: one snapshot, replaced as a whole.</summary>
public sealed class CurrentConfiguration(Configuration initial) : IConfigurationSource
{
    private volatile Configuration current = initial;

    public Configuration Current => current;

    public void Replace(Configuration next) => current = next;
}
