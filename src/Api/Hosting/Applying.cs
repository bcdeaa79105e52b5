using Signalbox.Api.Settings;
using Signalbox.Core.Ports;

namespace Signalbox.Api.Hosting;

/// <summary>Makes a file's workspaces the configuration of a cluster.</summary>
public static class Applying
{
    // Whoever meets so many others in a row tries again by hand.
    private const int Rounds = 10;

    /// <summary>
    /// Registers what is declared and stores it with its numbers as the next version, until both say the same: another one who applies at the same time, an
    /// attempt that was broken off, or an unanswered write leave nothing half done. Of several the last one counts.
    /// </summary>
    /// <returns>The version that it is; the one there was if nothing changed.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot be read or written, or others apply without end; applying again is safe.</exception>
    public static async Task<long> Apply(Declaration declaration, Stores stores, TimeProvider time)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var document = ConfigurationDocument.Write(declaration, await declaration.Register(stores));
            var before = await stores.Configuration.Read(newerThan: 0);
            if (before?.Document == document) return before.Version;
            var outcome = await stores.Configuration.Write(new AppliedConfiguration((before?.Version ?? 0) + 1, time.GetUtcNow(), document));
            if (outcome == StoreOutcome.Failed) throw new StoreUnavailableException("the configuration could not be written");
        }
        throw new StoreUnavailableException("others apply at the same time");
    }
}
