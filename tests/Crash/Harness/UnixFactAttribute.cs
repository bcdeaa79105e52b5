namespace Signalbox.Crash.Tests.Harness;

/// <summary>A test that sends signals or needs a shell.</summary>
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = Unix.Missing;
}

/// <inheritdoc cref="UnixFactAttribute"/>
internal sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute() => Skip = Unix.Missing;
}

file static class Unix
{
    public static string? Missing => OperatingSystem.IsWindows() ? "Windows has no SIGTERM" : null;
}
