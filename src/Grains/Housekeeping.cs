using Microsoft.Extensions.Hosting;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;

namespace Signalbox.Grains;

/// <summary>
/// Wakes destinations with something to do and forgets what was kept long enough, on every silo: each one alone is enough, and several do no harm.
/// </summary>
public sealed class Housekeeping(GrainPorts ports, IActors actors) : IHostedService
{
    // Like an actor it goes on after each await where it was.
    private readonly TaskScheduler scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler).Unwrap();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task Run()
    {
        var (stores, time) = (ports.Stores, ports.Time);
        var sweep = new Sweep(actors, stores.Journal, stores.Destinations, time, ports.OnBug);
        var retention = new Retention(actors, stores, time, ports.OnBug);
        return Task.WhenAll(sweep.Run(stopping.Token), retention.Run(stopping.Token));
    }
}
