using Signalbox.Core.Ports;

namespace Signalbox.Api.Hosting;

/// <summary>What runs the actors, as the HTTP side needs it: in this process, or in a cluster.</summary>
/// <param name="Time">The clock that everything in the process goes by.</param>
/// <param name="OnLost">Told of calls to actors that failed with their effect unknown, and to what they were.</param>
/// <param name="Start">Ends when the actors can be called, or when the process was asked to stop before that.</param>
/// <param name="Stop">Lets the actors of this process finish. Nobody calls any more.</param>
public sealed record Engine(
    IActors Actors, TimeProvider Time, Action<string, Exception> OnLost, Func<CancellationToken, Task> Start, Func<ValueTask> Stop)
{
    /// <summary>Tells what keeps the actors from being called just now; null when nothing is known to.</summary>
    public Func<string?> Trouble { get; init; } = () => null;
}
