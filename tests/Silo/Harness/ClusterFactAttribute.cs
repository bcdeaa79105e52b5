using Signalbox.Servers;

namespace Signalbox.Silo.Tests.Harness;

/// <summary>A test of real processes with a database and a Redis of their own; skipped where there are none.</summary>
internal sealed class ClusterFactAttribute : FactAttribute
{
    public ClusterFactAttribute() => Skip = Databases.WhyNone ?? RedisServer.WhyNone ?? (OperatingSystem.IsWindows() ? "Windows has no SIGTERM" : null);
}
