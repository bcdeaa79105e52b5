using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Signalbox.Api.Settings;
using Signalbox.Platforms;

namespace Signalbox.Silo.Tests;

/// <summary>The files to try a cluster with fit the program and each other.</summary>
public sealed partial class DeploymentTests
{
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["POSTGRES_PASSWORD"] = "x", ["SIGNALBOX_ADMIN_KEY"] = "x", ["SIGNALBOX__LISTEN"] = "http://0.0.0.0:8080",
    };

    [Fact]
    public void The_configuration_is_one_to_run_and_one_to_apply()
    {
        foreach (var use in new[] { ConfigurationUse.Silo, ConfigurationUse.Apply })
            Assert.Empty(ConfigurationFile.Parse(Read("deploy/signalbox.json"), Environment, PlatformRegistry.BuiltIn, use).Faults);
    }

    [Fact]
    public void Nginx_knows_every_silo_that_is_started()
    {
        var started = StartedSilo().Matches(Read("docker-compose.yml")).Select(match => match.Groups[1].Value);
        var known = KnownSilo().Matches(Read("deploy/nginx.conf")).Select(match => match.Groups[1].Value);
        Assert.Equal(["silo1", "silo2", "silo3"], started);
        Assert.Equal(started, known);
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Root(), path));

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));

    [GeneratedRegex(@"^  (silo\d+): \*silo$", RegexOptions.Multiline)]
    private static partial Regex StartedSilo();

    [GeneratedRegex(@"server (silo\d+):8080 ")]
    private static partial Regex KnownSilo();
}
