using System.Xml.Linq;

namespace Signalbox.Architecture.Tests;

/// <summary>A project file as written.</summary>
/// <param name="Path">Of the file.</param>
/// <param name="Projects">Folders of the projects referenced.</param>
/// <param name="Packages">Names of the packages and shared frameworks referenced.</param>
internal sealed record Project(string Path, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages)
{
    public string Folder => FolderOf(Path);

    public static Project Read(string path)
    {
        var xml = XDocument.Parse(Repository.Read(path));
        var folder = FolderOf(path);
        return new Project(
            path,
            [.. Included(xml, "ProjectReference").Select(reference => FolderOf(Resolve(folder, reference)))],
            [.. Included(xml, "PackageReference"), .. Included(xml, "FrameworkReference")]);
    }

    /// <summary>Whether this project, or one that it references, uses Orleans.</summary>
    public bool NeedsOrleans() =>
        Packages.Any(package => package.StartsWith("Microsoft.Orleans", StringComparison.Ordinal))
        || Projects.Any(folder => Repository.Projects.Single(project => project.Folder == folder).NeedsOrleans());

    private static IEnumerable<string> Included(XDocument xml, string element) =>
        xml.Descendants(element).Select(reference => (string?)reference.Attribute("Include")).OfType<string>();

    private static string Resolve(string folder, string reference) =>
        System.IO.Path.GetRelativePath(Repository.Root, System.IO.Path.GetFullPath(System.IO.Path.Combine(Repository.Root, folder, reference.Replace('\\', '/'))))
            .Replace('\\', '/');

    private static string FolderOf(string path) => path[..path.LastIndexOf('/')];
}
