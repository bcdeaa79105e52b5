using System.Runtime.CompilerServices;

namespace Signalbox.Architecture.Tests;

/// <summary>The files of the repository. Paths are relative to its root, with forward slashes.</summary>
internal static class Repository
{
    private static readonly string[] Built = ["bin", "obj", ".git", "data", "TestResults"];

    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    /// <summary>Every project, in alphabetical order.</summary>
    public static IReadOnlyList<Project> Projects { get; } = [.. Files("", "*.csproj").Select(Project.Read)];

    /// <summary>Files below a folder, without what builds leave behind, in alphabetical order.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        from path in Directory.EnumerateFiles(Absolute(folder), pattern, SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, path).Replace('\\', '/')
        where !relative.Split('/').Intersect(Built).Any()
        orderby relative
        select relative;

    public static string Read(string path) => File.ReadAllText(Absolute(path));

    public static bool HasFile(string path) => File.Exists(Absolute(path));

    public static bool HasFolder(string path) => Directory.Exists(Absolute(path));

    private static string Absolute(string path) => Path.Combine(Root, path);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
