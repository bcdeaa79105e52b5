using Signalbox.Api.Settings;
using Signalbox.Core.Ports;
using Signalbox.Platforms;

namespace Signalbox.Api.Hosting;

/// <summary>
/// Keeps a process's configuration the one that was last applied to its cluster. A version that this program cannot read is told, and the one before is kept:
/// during an upgrade some processes are older than others.
/// </summary>
/// <param name="current">What is kept up to date.</param>
/// <param name="replaced">Called after each change.</param>
public sealed class AppliedConfigurations(
    IConfigurationStore store, PlatformRegistry platforms, CurrentConfiguration current, TimeProvider time, ILogger log, Func<Task> replaced)
{
    /// <summary>A change is seen everywhere within this time and one read.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    private long seen;

    /// <summary>Looks until cancelled.</summary>
    public async Task Follow(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Look();
            await Task.Delay(Every, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks once. A store that cannot be read now is looked at again the next time.</summary>
    public async Task Look()
    {
        try
        {
            if (await store.Read(seen) is { } applied) await Use(applied);
        }
        catch (StoreUnavailableException)
        {
            // Events need the same store, so this is noticed.
        }
    }

    private async Task Use(AppliedConfiguration applied)
    {
        seen = applied.Version;
        var (configuration, problem) = ConfigurationDocument.Read(applied, platforms);
        if (configuration is null)
        {
            current.Warn($"version {applied.Version} of the configuration cannot be used: {problem}");
            log.LogError("Version {Version} of the configuration cannot be used, version {Kept} is kept: {Problem}", applied.Version, current.Current.Version, problem);
            return;
        }
        current.Replace(configuration);
        log.LogInformation("Version {Version} of the configuration is in use.", applied.Version);
        await replaced();
    }
}
