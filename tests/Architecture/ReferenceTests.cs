using System.Text.RegularExpressions;

namespace Signalbox.Architecture.Tests;

/// <summary>References point inward. Whoever wants one more adds it here, and says why in the review.</summary>
public sealed partial class ReferenceTests
{
    private static readonly Dictionary<string, string[]> AllowedProjects = new()
    {
        ["src/Core"] = [],
        ["src/Platforms"] = ["src/Core"],
        ["src/Storage"] = ["src/Core"],
        ["src/Embedded"] = ["src/Core"],
        ["src/Grains.Interfaces"] = ["src/Core"],
        ["src/Grains"] = ["src/Core", "src/Grains.Interfaces"],
        ["src/Sandbox"] = [],
        ["src/Api"] = ["src/Core", "src/Platforms", "src/Storage", "src/Embedded", "src/Sandbox"],
        ["src/Silo"] = ["src/Api", "src/Core", "src/Grains", "src/Grains.Interfaces", "src/Platforms", "src/Storage"],
    };

    private static readonly string[] Cluster = ["src/Grains.Interfaces", "src/Grains", "src/Silo", "tests/Grains", "tests/Silo", "tests/Cluster"];

    /// <summary>Beside what tests/Directory.Build.props gives every test project. A project that is not here has none.</summary>
    private static readonly Dictionary<string, string[]> AllowedPackages = new()
    {
        ["src/Platforms"] = ["Polly.Core"],
        ["src/Storage"] = ["Npgsql", "SQLitePCLRaw.bundle_e_sqlite3"],
        ["src/Grains.Interfaces"] = ["Microsoft.Orleans.Sdk"],
        ["src/Grains"] = ["Microsoft.Orleans.Server"],
        ["src/Silo"] = ["Microsoft.Orleans.Client", "Microsoft.Orleans.Clustering.Redis", "Microsoft.Orleans.Persistence.AdoNet", "Microsoft.Orleans.Server", "Npgsql"],
        ["src/Api"] = ["Microsoft.AspNetCore.OpenApi", "OpenTelemetry", "OpenTelemetry.Exporter.OpenTelemetryProtocol"],
        ["bench"] = ["Microsoft.AspNetCore.App"],
        ["tests/Contract"] = ["Microsoft.AspNetCore.App", "Microsoft.AspNetCore.Mvc.Testing"],
        ["tests/Grains"] = ["Microsoft.Orleans.TestingHost"],
        ["tests/Api"] = ["Microsoft.AspNetCore.App", "Microsoft.AspNetCore.Mvc.Testing", "NJsonSchema"],
        ["tests/Servers"] = ["Npgsql"],
        ["tests/Platforms"] = ["Microsoft.AspNetCore.App"],
        ["tests/Sandbox"] = ["Microsoft.AspNetCore.Mvc.Testing"],
    };

    [Fact]
    public void Projects_reference_only_what_lies_further_in()
    {
        foreach (var project in Repository.Projects.Where(project => project.Folder.StartsWith("src/", StringComparison.Ordinal)))
        {
            Assert.True(AllowedProjects.ContainsKey(project.Folder), $"{project.Path} is new: say in {nameof(ReferenceTests)} what it may reference");
            var tooMany = project.Projects.Except(AllowedProjects[project.Folder]).ToList();
            Assert.True(tooMany.Count == 0, $"{project.Path} must not reference {string.Join(", ", tooMany)}: {Way(project.Folder)}");
        }
    }

    [Fact]
    public void Only_the_cluster_knows_Orleans()
    {
        var tooMany = Repository.Projects.Where(project => project.NeedsOrleans()).Select(project => project.Folder).Except(Cluster).ToList();
        Assert.True(tooMany.Count == 0, $"{string.Join(", ", tooMany)} must do without Orleans: whoever has only the SDK builds all but {string.Join(", ", Cluster)}");
    }

    [Fact]
    public void Every_package_of_a_project_is_allowed_by_name()
    {
        foreach (var project in Repository.Projects)
        {
            var tooMany = project.Packages.Except(AllowedPackages.GetValueOrDefault(project.Folder, [])).ToList();
            Assert.True(tooMany.Count == 0, $"{project.Path} uses {string.Join(", ", tooMany)}: allow it in {nameof(ReferenceTests)}, or do without");
        }
    }

    [Fact]
    public void Every_package_version_has_a_user()
    {
        var versions = PackageVersion().Matches(Repository.Read("Directory.Packages.props")).Select(match => match.Groups[1].Value);
        var everywhere = Repository.Read("tests/Directory.Build.props");
        var used = Repository.Projects.SelectMany(project => project.Packages).ToHashSet();
        var idle = versions.Where(name => !used.Contains(name) && !everywhere.Contains($"\"{name}\"", StringComparison.Ordinal)).ToList();
        Assert.True(idle.Count == 0, $"Directory.Packages.props has versions of packages that no project uses: {string.Join(", ", idle)}");
    }

    [Fact]
    public void Only_the_composition_names_the_engine_and_the_store()
    {
        const string composition = "src/Api/Hosting/";
        foreach (var path in Repository.Files("src/Api", "*.cs").Where(path => !path.StartsWith(composition, StringComparison.Ordinal)))
        {
            foreach (var (line, text) in Repository.Read(path).Split('\n').Index())
            {
                if (text.TrimStart().StartsWith("//", StringComparison.Ordinal)) continue;
                Assert.False(
                    EngineOrStore().IsMatch(text),
                    $"{path}:{line + 1} names an engine or a store: take a port of Signalbox.Core.Ports instead, and let {composition} put them together");
            }
        }
    }

    [Theory]
    [InlineData("using Signalbox.Embedded;", true)]
    [InlineData("private readonly Signalbox.Storage.Memory.MemoryStorage storage;", true)]
    [InlineData("using Signalbox.Core.Ports;", false)]
    [InlineData("using Signalbox.StorageOfSomebodyElse;", false)]
    public void An_engine_or_a_store_is_known_by_its_namespace(string line, bool isNamed) => Assert.Equal(isNamed, EngineOrStore().IsMatch(line));

    private static string Way(string folder) => folder switch
    {
        "src/Core" => "Core knows nobody; what it needs from outside is an interface in src/Core/Ports",
        "src/Sandbox" => "the sandbox shares no code with what it judges",
        _ => "store and engine are orthogonal, and both know Core alone; src/Api/Hosting puts them together",
    };

    [GeneratedRegex(@"\bSignalbox\.(Embedded|Storage)\b")]
    private static partial Regex EngineOrStore();

    [GeneratedRegex("PackageVersion Include=\"([^\"]+)\"")]
    private static partial Regex PackageVersion();
}
