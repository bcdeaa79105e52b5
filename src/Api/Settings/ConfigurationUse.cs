namespace Signalbox.Api.Settings;

/// <summary>Who reads a configuration file, and so which part of it counts.</summary>
public enum ConfigurationUse
{
    /// <summary>A process that does everything itself: all of it but <c>cluster</c>.</summary>
    Alone,

    /// <summary>A process of a cluster: all of it but <c>workspaces</c>, which it takes from the store.</summary>
    Silo,

    /// <summary>Whoever puts <c>workspaces</c> into a cluster's store.</summary>
    Apply,
}
