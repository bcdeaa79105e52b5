using Signalbox.Servers;

namespace Signalbox.Cluster.Tests;

/// <summary>A test that starts silos, PostgreSQL and Redis; skipped where one of the servers is not installed.</summary>
internal sealed class ClusterFactAttribute : FactAttribute
{
    public ClusterFactAttribute() => Skip = PostgresServer.WhyNone ?? RedisServer.WhyNone;
}
