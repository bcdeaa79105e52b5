using Signalbox.Core.Ports;

namespace Signalbox.Core.Destinations;

/// <summary>Forgets what has been kept long enough, once an hour: journal days, logged calls, visitors who did not come back.</summary>
/// <param name="onLost">Told of calls to destinations that failed; the journal is then kept for another hour.</param>
public sealed class Retention(IActors actors, Stores stores, TimeProvider time, Action<Exception> onLost)
{
    public static readonly TimeSpan JournalKept = TimeSpan.FromDays(8);
    public static readonly TimeSpan CallsKept = TimeSpan.FromDays(30);
    public static readonly TimeSpan VisitorsKept = TimeSpan.FromDays(90);

    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Runs until cancelled.</summary>
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
            var now = time.GetUtcNow();
            await DropJournal(new DateTimeOffset((now - JournalKept).UtcDateTime.Date, TimeSpan.Zero));
            await stores.Destinations.DeleteCalls(now - CallsKept);
            await stores.Visitors.DeleteUnseen(now - VisitorsKept);
        }
        catch (StoreUnavailableException)
        {
            // Nothing was forgotten too early; the next hour comes.
        }
    }

    /// <summary>Drops the journal's days before a midnight, once every destination has copied what it has not finished of them.</summary>
    private async Task DropJournal(DateTimeOffset before)
    {
        foreach (var row in await stores.Destinations.ReadOpen())
        {
            if (await HasUnfinished(row, before) && !await Preserve(row.Key, before)) return;
        }
        await stores.Journal.DropBefore(before);
    }

    /// <summary>Whether events that are to be forgotten may be unfinished here. Most destinations are long past them, and are not activated for nothing.</summary>
    private async Task<bool> HasUnfinished(DestinationRow row, DateTimeOffset before)
    {
        if (row.Counts.Parked > 0) return true;
        var next = await stores.Journal.ReadHeaders(row.Key.Container, row.Cursor, DateTimeOffset.MinValue, maxRecords: 1);
        return next.Count > 0 && next[0].Time < before;
    }

    private async Task<bool> Preserve(DestinationKey key, DateTimeOffset before)
    {
        try
        {
            return await actors.Destination(key).Preserve(before);
        }
        catch (Exception lost)
        {
            onLost(lost);
            return false;
        }
    }
}
