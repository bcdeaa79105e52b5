namespace Signalbox.Core.Ports;

/// <summary>The configuration that was last applied, where every process of a cluster reads it. Reads throw <see cref="StoreUnavailableException"/>.</summary>
public interface IConfigurationStore
{
    /// <summary>What was last applied; null when nothing newer than version <paramref name="newerThan"/> was.</summary>
    Task<AppliedConfiguration?> Read(long newerThan);

    /// <summary>Puts it in the place of the one before, if the stored version is one below; version 1 is the first.</summary>
    Task<StoreOutcome> Write(AppliedConfiguration next);
}

/// <param name="Version">Counts applications, from 1; the guard of the compare-and-set.</param>
/// <param name="Document">The configuration in JSON, as it was validated.</param>
public sealed record AppliedConfiguration(long Version, DateTimeOffset AppliedAt, string Document);
