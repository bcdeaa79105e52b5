using System.Text.Json.Nodes;
using Signalbox.Api.Hosting;
using Signalbox.Api.Settings;
using Signalbox.Platforms;

namespace Signalbox.Api.Tests.Hosting;

public sealed class HostTests
{
    [Theory]
    [InlineData(null, 403)]
    [InlineData("http", 403)]
    [InlineData("https", 201)]
    public async Task Plain_http_is_refused_where_https_is_required(string? forwardedProto, int status)
    {
        await using var api = await ApiHost.Start(new JsonObject { ["network"] = new JsonObject { ["requireHttps"] = true } });
        if (forwardedProto is not null) api.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", forwardedProto);
        var reply = await api.Send(ApiHost.Event());

        Assert.Equal(status, reply.Status);
        if (status == 403) Assert.Contains("HTTPS", reply.Detail);
        Assert.Equal(200, (await api.Get("/health/live")).Status);
    }

    [Theory]
    [InlineData(null, "http://127.0.0.1:8080")]
    [InlineData("http://127.0.0.1:9000", "http://127.0.0.1:9000")]
    [InlineData("http://0.0.0.0:9000", "http://127.0.0.1:9000")]
    public void The_demo_is_a_valid_configuration_whose_events_stay_in_its_own_sandbox(string? listen, string sandbox)
    {
        var environment = listen is null ? [] : new Dictionary<string, string> { ["SIGNALBOX__LISTEN"] = listen };
        var json = Demo.Configuration(environment);
        var (declaration, faults) = ConfigurationFile.Parse(json, environment, PlatformRegistry.BuiltIn);

        Assert.Empty(faults);
        Assert.Equal(listen ?? sandbox, declaration!.Listen);
        var destinations = JsonNode.Parse(json)!["workspaces"]![0]!["containers"]![0]!["destinations"]!.AsArray();
        Assert.Equal([$"{sandbox}/sandbox/meta", $"{sandbox}/sandbox/webhook/demo"], destinations.Select(d => (string?)(d!["endpoint"] ?? d["settings"]!["url"])));
        Assert.Contains($"curl -i {sandbox}/api/v1/events", Demo.Welcome(declaration.Listen));
    }

    [Theory]
    [InlineData(2, "--config")]
    [InlineData(2, "--confg", "x.json")]
    [InlineData(2, "--config", "no-such-file.json")]
    [InlineData(2, "--config=no-such-file.json")]
    [InlineData(0, "--help")]
    [InlineData(0, "--version")]
    public async Task Arguments_are_understood_or_refused(int exitCode, params string[] args) => Assert.Equal(exitCode, await CommandLine.Run(args));
}
