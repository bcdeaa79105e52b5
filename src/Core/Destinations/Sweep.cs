using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>Wakes destinations that have something to do, at start and every half minute, so that nobody relies on being woken.</summary>
public sealed class Sweep(IActors actors, IJournalStore journal, IDestinationStore destinations, TimeProvider time)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>Sweeps until cancelled.</summary>
    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Once();
            await Task.Delay(Every, time, stop).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task Once()
    {
        try
        {
            foreach (var row in await destinations.ReadOpen())
            {
                if (await HasWork(row)) await actors.Destination(row.Key).Wake();
            }
        }
        catch (StoreUnavailableException)
        {
            // The next sweep comes in half a minute.
        }
    }

    private async Task<bool> HasWork(DestinationRow row) =>
        row.Stop is not null
        || (await journal.ReadHead(row.Key.Container)).Seq > row.Cursor
        || await destinations.NextParkedDue(row.Key) <= time.GetUtcNow();
}
