using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>
/// Ends what waits for removed destinations, and wakes those that have something to do: at start, every half minute, and whenever the configuration
/// changed, so that nobody relies on being woken.
/// </summary>
/// <param name="onLost">Told of calls to destinations that failed; the next sweep calls again.</param>
public sealed class Sweep(IActors actors, IJournalStore journal, IDestinationStore destinations, TimeProvider time, Action<Exception> onLost)
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
            await Closing.Cancel(journal, destinations, time);
            var woken = new List<Task>();
            foreach (var row in await destinations.ReadOpen())
            {
                if (await HasWork(row)) woken.Add(Wake(row.Key));
            }
            await Task.WhenAll(woken);
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

    /// <summary>A destination that cannot be reached keeps no other from being woken (I7).</summary>
    private async Task Wake(DestinationKey key)
    {
        try
        {
            await actors.Destination(key).Wake();
        }
        catch (Exception lost)
        {
            onLost(lost);
        }
    }
}
