using System.Text.Json;
using Signalbox.Platforms.Tests.Fixtures;
using Signalbox.Platforms.Webhook;

namespace Signalbox.Platforms.Tests;

public class CompletenessTests
{
    [Fact]
    public void Every_folder_is_a_registered_platform_and_every_platform_has_its_folder() =>
        Assert.Equal(PlatformRegistry.BuiltIn.Names, Fixture.PlatformFolders.Select(folder => Path.GetFileName(folder).ToLowerInvariant()));

    [Fact]
    public void Every_platform_has_a_readme_and_at_least_six_whole_scenarios()
    {
        foreach (var folder in Fixture.PlatformFolders)
        {
            Assert.True(File.Exists(Path.Combine(folder, "README.md")), $"{folder} has no README.md");
            var scenarios = Directory.GetDirectories(Path.Combine(folder, "Fixtures"));
            Assert.True(scenarios.Length >= 6, $"{folder} has only {scenarios.Length} scenarios");
            foreach (var scenario in scenarios)
            {
                Assert.All(["event.json", "outcome.json"], file => Assert.True(File.Exists(Path.Combine(scenario, file)), $"{scenario} has no {file}"));
            }
        }
    }

    [Fact]
    public void Every_platforms_defaults_keep_within_its_own_limits()
    {
        foreach (var name in PlatformRegistry.BuiltIn.Names)
        {
            var rules = PlatformRegistry.BuiltIn.Find(name)!.Rules;
            Assert.InRange(rules.Defaults.BatchSize, 1, rules.MaxBatchSize);
            Assert.True(rules.Defaults.EventsPerSecond > 0 && rules.Defaults.ParallelCalls > 0 && rules.CallTimeout > TimeSpan.Zero);
        }
    }

    [Fact]
    public void An_unknown_platform_is_not_found() => Assert.Null(PlatformRegistry.BuiltIn.Find("carrier_pigeon"));

    [Fact]
    public void Two_platforms_of_one_name_are_a_bug() => Assert.Throws<ArgumentException>(() => new PlatformRegistry(new WebhookPlatform(), new WebhookPlatform()));

    [Fact]
    public void No_platforms_settings_are_taken_when_they_are_no_object()
    {
        foreach (var name in PlatformRegistry.BuiltIn.Names)
        {
            var faults = new List<string>();
            var settings = PlatformRegistry.BuiltIn.Find(name)!.ReadSettings(JsonDocument.Parse("[]").RootElement, null, (path, message) => faults.Add(path + message));
            Assert.Null(settings);
            Assert.Contains("must be an object", faults);
        }
    }
}
