namespace Signalbox.Servers;

/// <summary>Where this machine has the servers' programs.</summary>
internal static class Programs
{
    /// <summary>The folder of Debian's newest PostgreSQL, or that of the <c>PATH</c>; null where there is none.</summary>
    public static string? PostgresFolder { get; } = FindPostgres();

    public static string? Redis { get; } = OnPath("redis-server");

    private static string? FindPostgres()
    {
        const string debian = "/usr/lib/postgresql";
        var packaged = Directory.Exists(debian)
            ? from folder in Directory.EnumerateDirectories(debian)
              where File.Exists(Path.Combine(folder, "bin", "initdb"))
              orderby int.TryParse(Path.GetFileName(folder), out var version) ? version : 0 descending
              select Path.Combine(folder, "bin")
            : [];
        return packaged.FirstOrDefault() ?? Path.GetDirectoryName(OnPath("initdb"));
    }

    private static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
