namespace Signalbox.Api.Settings;

/// <summary>Something in the configuration that is wrong.</summary>
/// <param name="Path">Such as <c>workspaces[0].plan</c>, or the name of an environment variable; empty for the file as a whole.</param>
/// <param name="Problem">What was expected, without the value that was found: it may be a secret.</param>
public sealed record ConfigurationFault(string Path, string Problem)
{
    public override string ToString() => Path.Length == 0 ? Problem : $"{Path}: {Problem}";
}
