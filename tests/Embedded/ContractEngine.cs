using Signalbox.Contract.Harness;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;

namespace Signalbox.Embedded.Tests;

/// <summary>The embedded engine on the thread pool, as a process runs it, under the suite of all engines.</summary>
internal sealed class ContractEngine(EnginePorts ports) : IEngine
{
    private EmbeddedEngine engine = Make(ports);

    public IReadOnlyList<IActors> Doors => [engine];

    public static async Task<IEngine> Start(EnginePorts ports)
    {
        ports.Activity.IsWhole = true;
        var started = new ContractEngine(ports);
        await started.engine.Start();
        return started;
    }

    /// <summary>Activations end only with the engine, and another one starts.</summary>
    public async Task Deactivate(DestinationKey key)
    {
        await engine.DisposeAsync();
        engine = Make(ports);
        await engine.Start();
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    private static EmbeddedEngine Make(EnginePorts ports) => new(ports.Stores, ports.Sender, ports.Configuration, new EngineSettings(
        ports.Time,
        work =>
        {
            ports.Activity.Enter();
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    work();
                    ports.Activity.Leave();
                },
                null);
        },
        ports.NewRandom,
        ports.OnBug));
}
