using System.Text.Json;
using System.Text.RegularExpressions;

namespace Signalbox.Architecture.Tests;

/// <summary>What the documents say of files, links, commands, keys and metrics is so.</summary>
public sealed partial class DocumentTests
{
    private static readonly IReadOnlyList<string> Documents =
        ["README.md", "CONTRIBUTING.md", .. Repository.Files("docs", "*.md"), .. Repository.Files("src", "*.md")];

    [Fact]
    public void Every_link_leads_to_a_file_and_every_anchor_to_a_heading()
    {
        var broken = from path in Documents
                     from target in Markdown.Links(Repository.Read(path))
                     where !target.Contains("://", StringComparison.Ordinal) && !Leads(path, target)
                     select $"{path}: {target}";
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_path_in_a_command_exists_and_what_is_run_or_tested_has_a_project()
    {
        var broken = from path in Documents
                     from command in Markdown.Commands(Repository.Read(path))
                     from problem in ProblemsOf(command)
                     select $"{path}: {command}: {problem}";
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_invariant_of_the_readme_is_in_the_name_of_a_test_that_it_links_to()
    {
        var rows = Guarantee().Matches(Repository.Read("README.md"));
        Assert.Equal(8, rows.Count);
        foreach (Match row in rows)
        {
            var (number, held) = (int.Parse(row.Groups[1].Value), row.Groups[2].Value);
            if (held.Contains("there is one engine today", StringComparison.Ordinal)) continue;
            Assert.All(Markdown.Links(held), file => Assert.True(HasTestOf(number, Repository.Read(file)), $"{file} has no test of I{number}"));
        }
    }

    [Fact]
    public void The_readmes_curl_is_the_one_that_the_demo_prints()
    {
        var demo = Repository.Read("src/Api/Hosting/Demo.cs");
        var printed = DemoCurl().Match(demo).Groups[1].Value.Replace("{{address}}", Constant(demo, "DefaultListen"), StringComparison.Ordinal);
        printed = Hole().Replace(printed, hole => Constant(demo, hole.Groups[1].Value));
        Assert.StartsWith("curl -i http://127.0.0.1:8080/api/v1/events", printed);
        Assert.Contains(WithoutIndent(printed), WithoutIndent(Repository.Read("README.md")));
    }

    [Fact]
    public void The_configuration_page_lists_every_key_of_the_schema_and_no_other()
    {
        using var schema = JsonDocument.Parse(Repository.Read("src/Api/Settings/signalbox.schema.json"));
        var known = Keys(schema.RootElement, schema.RootElement, "").Order().ToList();
        var section = "";
        var listed = new List<string>();
        foreach (var line in Repository.Read("docs/configuration.md").Split("## All keys")[1].Split('\n'))
        {
            if (line.StartsWith("### ", StringComparison.Ordinal)) section = line.Contains('`', StringComparison.Ordinal) ? line[4..].Trim('`') + "." : "";
            else if (KeyRow().Match(line) is { Success: true } row) listed.Add(section + row.Groups[1].Value);
        }
        Assert.Equal(known, listed.Order());
    }

    [Fact]
    public void The_operations_page_lists_every_metric_and_no_other()
    {
        var known = MetricName().Matches(Repository.Read("src/Api/Metrics/MetricsEndpoint.cs")).Select(match => match.Groups[1].Value);
        var rows = Repository.Read("docs/operations.md").Split("## Metrics")[1].Split("\n## ")[0].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        var listed = rows.SelectMany(row => Code().Matches(row.Split('|')[1]).Select(match => match.Groups[1].Value));
        Assert.Equal(known.Order(), listed.Order());
    }

    [Fact]
    public void The_operations_page_lists_every_span_attribute_and_instrument_and_no_other()
    {
        var sources = Repository.Files("src/Core/Telemetry", "*.cs").Append("src/Api/Metrics/ProcessMeter.cs").Select(Repository.Read).ToList();
        var page = Repository.Read("docs/operations.md").Split("## OpenTelemetry")[1].Split("\n## ")[0];
        Assert.Equal(Names(sources, OwnName()), Names([page], OwnName()));
        foreach (var span in Names(sources, SpanName())) Assert.Contains($"| `{span}` |", page);

        static List<string> Names(IEnumerable<string> texts, Regex name) =>
            [.. texts.SelectMany(text => name.Matches(text)).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];
    }

    private static bool Leads(string from, string target)
    {
        var (file, anchor) = target.Split('#') is [var path, var heading] ? (path, heading) : (target, "");
        var folder = from.Contains('/', StringComparison.Ordinal) ? from[..from.LastIndexOf('/')] : "";
        var to = file.Length == 0 ? from : Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, folder, file))).Replace('\\', '/');
        return Repository.HasFile(to) && (anchor.Length == 0 || Markdown.Anchors(Repository.Read(to)).Contains(anchor));
    }

    private static IEnumerable<string> ProblemsOf(string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var index = 0; index < words.Length; index++)
        {
            var word = words[index];
            if (!OurPath().IsMatch(word)) continue;
            if (Repository.HasFolder(word))
            {
                var isRun = index > 0 && words[index - 1] is "--project" or "test" or "build";
                if (isRun && !Repository.Projects.Any(project => project.Folder == word)) yield return $"{word} has no project";
            }
            else if (!Repository.HasFile(word))
            {
                yield return $"{word} does not exist";
            }
        }
        if (Filter().Match(command) is { Success: true } filter && !Repository.Files("tests", "*.cs").Any(file => Repository.Read(file).Contains($" {filter.Groups[1].Value}(", StringComparison.Ordinal)))
            yield return $"there is no test {filter.Groups[1].Value}";
    }

    private static bool HasTestOf(int number, string source) => TestName().Matches(source).Any(test =>
        test.Groups[1].Value.Split('_').Contains($"I{number}")
        || (Span().Match(test.Groups[1].Value) is { Success: true } span && number >= int.Parse(span.Groups[1].Value) && number <= int.Parse(span.Groups[2].Value)));

    private static IEnumerable<string> Keys(JsonElement root, JsonElement of, string path)
    {
        of = Resolve(root, of);
        if (!of.TryGetProperty("properties", out var properties)) yield break;
        foreach (var property in properties.EnumerateObject())
        {
            yield return path + property.Name;
            var value = Resolve(root, property.Value);
            var below = value.TryGetProperty("items", out var items) ? Keys(root, items, $"{path}{property.Name}[].") : Keys(root, value, $"{path}{property.Name}.");
            foreach (var key in below) yield return key;
        }
    }

    private static JsonElement Resolve(JsonElement root, JsonElement element) =>
        element.TryGetProperty("$ref", out var name) ? root.GetProperty("definitions").GetProperty(name.GetString()!.Split('/')[^1]) : element;

    /// <summary>A constant's text in C# source; the demo names its path to the sandbox and the like once.</summary>
    private static string Constant(string source, string name) => Regex.Match(source, $"const string {name} = \"([^\"]*)\"").Groups[1].Value;

    private static string WithoutIndent(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()));

    [GeneratedRegex(@"^\| I(\d) \|.*\|(.*)\|$", RegexOptions.Multiline)]
    private static partial Regex Guarantee();

    [GeneratedRegex(@" (I\d_\w+)\(")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^I(\d)_to_I(\d)_")]
    private static partial Regex Span();

    [GeneratedRegex(@"(curl -i .*?\} \}')", RegexOptions.Singleline)]
    private static partial Regex DemoCurl();

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"^\| `([$\w]+)` \|")]
    private static partial Regex KeyRow();

    [GeneratedRegex("Metric\\(\"(\\w+)\"")]
    private static partial Regex MetricName();

    [GeneratedRegex("[\"`](signalbox\\.[a-z_.]+)[\"`]")]
    private static partial Regex OwnName();

    [GeneratedRegex("(?:StartActivity|Follow)\\(\"([^\"]+)\"")]
    private static partial Regex SpanName();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^(src|tests|docs|bench|\.ci)(/|$)|\.slnf?$")]
    private static partial Regex OurPath();

    [GeneratedRegex(@"FullyQualifiedName~(\w+)")]
    private static partial Regex Filter();
}
