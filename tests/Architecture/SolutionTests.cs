using System.Text.Json;
using System.Text.RegularExpressions;

namespace Signalbox.Architecture.Tests;

public sealed partial class SolutionTests
{
    private const string Everything = "Orleans.sln";
    private const string SdkOnly = "Embedded.slnf";

    [Fact]
    public void Every_project_is_in_the_solution_and_nothing_else_is() =>
        AssertSame(Everything, Repository.Projects.Select(project => project.Path), InSolution());

    [Fact]
    public void What_needs_only_the_sdk_is_in_the_embedded_filter_and_nothing_else_is() =>
        AssertSame(SdkOnly, Repository.Projects.Where(project => !project.NeedsOrleans()).Select(project => project.Path), InFilter());

    private static IEnumerable<string> InSolution() =>
        ProjectLine().Matches(Repository.Read(Everything)).Select(match => match.Groups[1].Value.Replace('\\', '/'));

    private static IEnumerable<string> InFilter()
    {
        using var json = JsonDocument.Parse(Repository.Read(SdkOnly));
        return [.. json.RootElement.GetProperty("solution").GetProperty("projects").EnumerateArray().Select(path => path.GetString()!.Replace('\\', '/'))];
    }

    private static void AssertSame(string file, IEnumerable<string> expected, IEnumerable<string> listed)
    {
        var (should, are) = (expected.ToHashSet(), listed.ToHashSet());
        Assert.True(should.SetEquals(are), $"{file} lacks [{string.Join(", ", should.Except(are))}] and has too much [{string.Join(", ", are.Except(should))}]");
    }

    [GeneratedRegex("\"([^\"]+\\.csproj)\"")]
    private static partial Regex ProjectLine();
}
