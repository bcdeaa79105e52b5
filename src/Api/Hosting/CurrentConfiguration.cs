using Signalbox.Core.Ports;
using Signalbox.Core.Workspaces;

namespace Signalbox.Api.Hosting;

/// <summary>The configuration as it was started with.</summary>
internal sealed class CurrentConfiguration(Configuration configuration) : IConfigurationSource
{
    public Configuration Current => configuration;
}
