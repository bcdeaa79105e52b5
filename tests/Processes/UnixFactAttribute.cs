namespace Signalbox.Processes;

/// <summary>A test that sends signals or needs a shell.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = Unix.Missing;
}

/// <inheritdoc cref="UnixFactAttribute"/>
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute() => Skip = Unix.Missing;
}

file static class Unix
{
    public static string? Missing => OperatingSystem.IsWindows() ? "Windows has no SIGTERM" : null;
}
