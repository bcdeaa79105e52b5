using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>What a destination's activation works with.</summary>
/// <param name="OnBug">Told of exceptions that nothing here expects; delivering goes on.</param>
public sealed record DestinationPorts(
    IConfigurationSource Configuration,
    IJournalStore Journal,
    IDestinationStore Destinations,
    IBucketStore Buckets,
    ISender Sender,
    TimeProvider Time,
    Random Random,
    Action<Exception> OnBug);

/// <summary>Runs a destination's pump for as long as the destination exists and the activation lives.</summary>
public sealed class DestinationActor(DestinationKey key, DestinationPorts ports) : IDestination
{
    private Pump? pump;
    private Task run = Task.CompletedTask;
    private bool isStopped;

    public Task Wake()
    {
        Running()?.Wake();
        return Task.CompletedTask;
    }

    public Task Offer(JournalRecord record)
    {
        Running()?.Offer(record);
        return Task.CompletedTask;
    }

    public Task<bool> Preserve(DateTimeOffset before) => Running()?.Preserve(before) ?? Task.FromResult(false);

    /// <summary>Ends the pump: calls in flight may finish within <paramref name="grace"/>.</summary>
    public async Task Deactivate(TimeSpan grace)
    {
        isStopped = true;
        if (pump is not null) await pump.Stop(grace, run);
    }

    private Pump? Running()
    {
        if (isStopped) return null;
        if (pump is null || run.IsCompleted)
        {
            // A journal may route to a destination that was removed since, or that this process has yet to read of.
            if (ports.Configuration.Current.FindContainer(key.Container) is not { } container || container.FindDestination(key.Number) is null) return null;
            pump = new Pump(key, container, ports);
            run = Watch(pump.Run());
        }
        return pump;
    }

    private async Task Watch(Task running)
    {
        try
        {
            await running;
        }
        catch (Exception bug)
        {
            // The next wake starts another pump, from what the store says.
            ports.OnBug(bug);
        }
    }
}
