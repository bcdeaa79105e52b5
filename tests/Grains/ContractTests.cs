using Signalbox.Contract;

namespace Signalbox.Grains.Tests;

public sealed class ClusterActorTests() : ActorContract(ClusterEngine.Start);

public sealed class ClusterDeliveryTests() : DeliveryContract(ClusterEngine.Start);
