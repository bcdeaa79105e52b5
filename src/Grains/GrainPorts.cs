using Signalbox.Core.Ports;

namespace Signalbox.Grains;

/// <summary>What a silo gives its grains, one for all of them.</summary>
/// <param name="Time">The actors' clock. Orleans has its own, so that a test's clock does not stop the cluster.</param>
/// <param name="NewRandom">One source of randomness per activation.</param>
/// <param name="OnBug">Told of exceptions that nothing in an actor expects; work goes on.</param>
public sealed record GrainPorts(
    Stores Stores, ISender Sender, IConfigurationSource Configuration, TimeProvider Time, Func<Random> NewRandom, Action<Exception> OnBug);
