using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;

namespace Signalbox.Contract.Harness;

/// <summary>An engine that runs, as the suite drives it.</summary>
public interface IEngine : IAsyncDisposable
{
    /// <summary>The actors as they are called from each process of the engine.</summary>
    IReadOnlyList<IActors> Doors { get; }

    /// <summary>Ends a destination's activation in good order; the next call activates it anew.</summary>
    Task Deactivate(DestinationKey key);
}

/// <summary>Starts an engine. Housekeeping runs from then on.</summary>
public delegate Task<IEngine> StartEngine(EnginePorts ports);

/// <summary>What every engine is given, the same for all.</summary>
/// <param name="NewRandom">One source of randomness per activation, made in the order of activations.</param>
/// <param name="Activity">Is to be told what of the engine's work its ports do not show.</param>
public sealed record EnginePorts(
    Stores Stores, ISender Sender, IConfigurationSource Configuration, TimeProvider Time, Func<Random> NewRandom, Action<Exception> OnBug, Activity Activity);
