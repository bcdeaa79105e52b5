using Signalbox.Api.Settings;

namespace Signalbox.Silo.Tests;

public sealed class ArgumentsTests
{
    [Theory]
    [InlineData(0, "--help")]
    [InlineData(0, "--version")]
    [InlineData(2, "--config")]
    [InlineData(2, "--config=")]
    [InlineData(2, "--confg", "x.json")]
    [InlineData(2, "--role", "king")]
    [InlineData(2, "--role")]
    [InlineData(2, "apply", "--role", "silo")]
    [InlineData(2, "--config", "x.json", "apply")]
    [InlineData(2, "--help", "--version")]
    [InlineData(2, "--config", "no-such-file.json")]
    [InlineData(2, "apply", "--config", "no-such-file.json")]
    [InlineData(2)]
    public async Task Arguments_are_understood_or_refused(int exitCode, params string[] args) => Assert.Equal(exitCode, await CommandLine.Run(args));

    [Fact]
    public void Everything_has_a_default() => Assert.Equal(new Arguments(Order.Run, ConfigurationFile.DefaultName, Role.Silo), Arguments.Parse([]));

    [Fact]
    public void Options_come_in_any_order_and_with_either_sign()
    {
        var gateway = new Arguments(Order.Run, "a=b.json", Role.Gateway);
        Assert.Equal(gateway, Arguments.Parse(["--config", "a=b.json", "--role", "gateway"]));
        Assert.Equal(gateway, Arguments.Parse(["--role=gateway", "--config=a=b.json"]));
        Assert.Equal(gateway with { Order = Order.Apply, Role = Role.Silo }, Arguments.Parse(["apply", "--config=a=b.json"]));
    }
}
