using Signalbox.Contract;

namespace Signalbox.Embedded.Tests;

public sealed class EmbeddedActorTests() : ActorContract(ContractEngine.Start);

public sealed class EmbeddedDeliveryTests() : DeliveryContract(ContractEngine.Start);
