using System.Text.Json;
using Signalbox.Core.Ports;

namespace Signalbox.Platforms.Tests;

public class SettingsTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Theory]
    [InlineData("meta", """{}""", "pixelId is required", "accessToken is required")]
    [InlineData("meta", """{"pixelId":1234567890,"accessToken":null}""", "pixelId must be a string", "accessToken is required")]
    [InlineData("meta", """{"pixelId":"12a","accessToken":"a b"}""", "pixelId must be a string of digits", "accessToken must be a token as Meta's Events Manager shows it, without spaces")]
    [InlineData("meta", """{"pixelId":"1","accessToken":"x\r\nHost: y"}""", "accessToken must be a token as Meta's Events Manager shows it, without spaces")]
    [InlineData("meta", """{"pixelId":"1","accessToken":"x","testEventCode":"","pixel":"1"}""", "testEventCode must be a code such as TEST12345, or null", "pixel is unknown; there are pixelId, accessToken, testEventCode")]
    [InlineData("webhook", """{"url":"/hook"}""", "url must be an absolute https or http URL", "secret is required")]
    [InlineData("webhook", """{"url":"ftp://a.example/","secret":"whsec_AAAA"}""", "url must be an absolute https or http URL", "secret must be whsec_ and the base64 of 24 to 64 random bytes")]
    [InlineData("webhook", """{"url":"https://jane:pw@a.example/","secret":"plain"}""", "url must not hold a user name or password: requests are signed instead", "secret must be whsec_ and the base64 of 24 to 64 random bytes")]
    [InlineData("webhook", """{"url":"https://a.example/#x","secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw","headers":{}}""", "url must not have a fragment, which is never sent", "headers is unknown; there are url, secret, previousSecret")]
    public void Every_fault_is_told_with_its_path_and_what_was_expected(string platform, string settings, params string[] expected)
    {
        var faults = new List<string>();

        Assert.Null(Read(platform, settings, faults));
        Assert.Equal(expected, faults);
    }

    [Fact]
    public void I6_Settings_in_words_show_no_secret()
    {
        Assert.DoesNotContain("EAAx", Read("meta", """{"pixelId":"1","accessToken":"EAAx"}""", []) + "", StringComparison.Ordinal);
        Assert.DoesNotContain("token", Read("webhook", $$"""{"url":"https://a.example/token","secret":"{{Secret}}"}""", []) + "", StringComparison.Ordinal);
    }

    [Fact]
    public void Destinations_of_one_pixel_or_host_share_a_quota()
    {
        Assert.Equal("1", Read("meta", """{"pixelId":"1","accessToken":"x"}""", [])!.QuotaKey);
        Assert.Equal("a.example:8443", Read("webhook", $$"""{"url":"https://A.example:8443/hook","secret":"{{Secret}}"}""", [])!.QuotaKey);
    }

    private static PlatformSettings? Read(string platform, string settings, List<string> faults) => PlatformRegistry.BuiltIn.Find(platform)!
        .ReadSettings(JsonDocument.Parse(settings).RootElement, null, (path, message) => faults.Add($"{path} {message}"));
}
