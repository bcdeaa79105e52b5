using Signalbox.Contract;

namespace Signalbox.Embedded.Tests;

public sealed class EmbeddedTelemetryTests() : TelemetryContract(ContractEngine.Start);
