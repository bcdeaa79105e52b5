using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;

namespace Signalbox.Grains;

/// <summary>
/// Wakes destinations with something to do, ends what waits for removed ones, and forgets what was kept long enough: on every silo, as long as it
/// is part of the cluster. Each one alone is enough, and several do no harm.
/// </summary>
internal sealed class Housekeeping(GrainPorts ports, IActors actors) : ILifecycleParticipant<ISiloLifecycle>
{
    // Like an actor it goes on after each await where it was.
    private readonly TaskScheduler scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(Housekeeping), ServiceLifecycleStage.Active, Start, Stop);

    private Task Start(CancellationToken cancellation)
    {
        running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler).Unwrap();
        return Task.CompletedTask;
    }

    private async Task Stop(CancellationToken cancellation)
    {
        await stopping.CancelAsync();
        await running.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task Run()
    {
        var (stores, time) = (ports.Stores, ports.Time);
        var sweep = new Sweep(actors, stores.Journal, stores.Destinations, time, ports.OnBug);
        var retention = new Retention(actors, stores, time, ports.OnBug);
        return Task.WhenAll(sweep.Run(stopping.Token), retention.Run(stopping.Token));
    }
}
