using Signalbox.Core.Ports;

namespace Signalbox.Api.Hosting;

/// <summary>Whether events can be taken: the engine has recovered and can be called, and the store can be written.</summary>
/// <param name="trouble">The engine's <see cref="Engine.Trouble"/>.</param>
internal sealed class Readiness(IVisitorStore store, Func<string?> trouble, TimeProvider time)
{
    // No container has this number, so the row is nobody's; it goes with the visitors that are not seen any more.
    private static readonly VisitorKey Probe = new(0, "readiness");

    // Asking often must not become a load of its own.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim probing = new(1, 1);
    private volatile bool hasRecovered;
    private volatile bool isStopping;
    private DateTimeOffset probedAt = DateTimeOffset.MinValue;
    private bool isWritable;

    /// <summary>Whether recovery is over. What the store cannot do then, each write finds out by itself.</summary>
    public bool IsReady => hasRecovered;

    public void Recovered() => hasRecovered = true;

    /// <summary>From now on nobody should send more requests here; those that come all the same are answered as ever.</summary>
    public void Stopping() => isStopping = true;

    /// <returns>Null when all is well, otherwise what is not.</returns>
    public async Task<string?> Check()
    {
        if (isStopping) return "stopping";
        if (!hasRecovered) return "recovering";
        if (trouble() is { } unreachable) return unreachable;
        await probing.WaitAsync();
        try
        {
            var now = time.GetUtcNow();
            if (now - probedAt >= Freshness)
            {
                isWritable = await Write(now);
                probedAt = now;
            }
            return isWritable ? null : "the store cannot be written";
        }
        finally
        {
            probing.Release();
        }
    }

    private async Task<bool> Write(DateTimeOffset now)
    {
        try
        {
            var version = (await store.Read([Probe]))[0]?.Version ?? 0;
            return await store.Write(new VisitorRow(Probe, version + 1, now, default)) is StoreOutcome.Committed or StoreOutcome.Conflict;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
