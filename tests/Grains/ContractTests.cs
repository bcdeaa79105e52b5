using Signalbox.Contract;
using Signalbox.Contract.Trace;
using Signalbox.Embedded.Tests;

namespace Signalbox.Grains.Tests;

public sealed class ClusterActorTests() : ActorContract(ClusterEngine.Start);

public sealed class ClusterDeliveryTests() : DeliveryContract(ClusterEngine.Start);

public sealed class ParityTests
{
    [Fact]
    public async Task I8_the_same_script_gives_the_same_events_and_payloads_on_the_embedded_engine_and_on_a_cluster() =>
        Assert.NotEmpty(await Parity.AssertSame(ContractEngine.Start, ClusterEngine.Start));
}
