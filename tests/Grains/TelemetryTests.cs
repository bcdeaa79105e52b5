using Signalbox.Contract;

namespace Signalbox.Grains.Tests;

public sealed class ClusterTelemetryTests() : TelemetryContract(ClusterEngine.Start);
