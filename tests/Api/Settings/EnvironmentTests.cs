using System.Text.Json.Nodes;
using Signalbox.Core.Workspaces;

namespace Signalbox.Api.Tests.Settings;

public sealed class EnvironmentTests
{
    [Fact]
    public void Variables_stand_over_the_file_and_add_to_it()
    {
        var (declaration, faults) = FaultTests.Read(FaultTests.Valid().ToJsonString(), new()
        {
            ["SIGNALBOX__LISTEN"] = "http://0.0.0.0:9000",
            ["signalbox__adminkey"] = "secret",
            ["SIGNALBOX__NETWORK__ALLOWPRIVATEDESTINATIONS"] = "true",
            ["SIGNALBOX__WORKSPACES__0__PLAN"] = "enterprise",
            ["SIGNALBOX__WORKSPACES__0__RATELIMITPERMINUTE"] = "5000",
            ["SIGNALBOX__WORKSPACES__0__KEYS__0__SCOPES__0"] = "ingest",
            ["SIGNALBOX__WORKSPACES__0__KEYS__0__SCOPES__1"] = "admin",
            ["SIGNALBOX__WORKSPACES__0__KEYS__1__NAME"] = "two",
            ["SIGNALBOX__WORKSPACES__0__KEYS__1__KEY"] = "capi_three",
            ["SIGNALBOX__WORKSPACES__0__CONTAINERS__0__DESTINATIONS__0__SETTINGS__ACCESSTOKEN"] = "another",
            ["SIGNALBOX__WORKSPACES__0__CONTAINERS__0__DESTINATIONS__0__SETTINGS__testEventCode"] = "TEST1",
            ["SIGNALBOX__WORKSPACES__0__CONTAINERS__0__DESTINATIONS__0__LIMITS__EVENTSPERSECOND"] = "12.5",
            ["SIGNALBOX__WORKSPACES__0__CONTAINERS__0__DESTINATIONS__1__ENABLED"] = "False",
            ["PATH"] = "/bin",
        });

        Assert.Empty(faults);
        Assert.Equal(("http://0.0.0.0:9000", "secret", true), (declaration!.Listen, declaration.AdminKey, declaration.Network.AllowPrivateDestinations));
        var workspace = declaration.Workspaces[0];
        Assert.Equal((Plan.Enterprise, 5000), (workspace.Plan, workspace.RateLimitPerMinute));
        Assert.Equal(["admin", "ingest"], workspace.Keys[0].Scopes.Order());
        Assert.Equal(["one", "two"], workspace.Keys.Select(key => key.Name));
        Assert.Equal(12.5, workspace.Containers[0].Destinations[0].Limits.EventsPerSecond);
        Assert.False(workspace.Containers[0].Destinations[1].Enabled);
        var withoutVariables = FaultTests.Read(FaultTests.Valid().ToJsonString()).Declaration!.Workspaces[0].Containers[0].Destinations[0];
        Assert.NotEqual(withoutVariables.CredentialsFingerprint, workspace.Containers[0].Destinations[0].CredentialsFingerprint);
    }

    [Fact]
    public void A_configuration_may_be_made_of_variables_alone()
    {
        var (declaration, faults) = FaultTests.Read("{}", new()
        {
            ["SIGNALBOX__WORKSPACES__0__ID"] = "acme",
            ["SIGNALBOX__WORKSPACES__0__CONTAINERS__0__ID"] = "shop",
            ["SIGNALBOX__WORKSPACES__0__CONTAINERS__0__DESTINATIONS__0__ID"] = "hook",
            ["SIGNALBOX__WORKSPACES__0__CONTAINERS__0__DESTINATIONS__0__PLATFORM"] = "webhook",
            ["SIGNALBOX__WORKSPACES__0__CONTAINERS__0__DESTINATIONS__0__SETTINGS__url"] = "https://hook.example/",
            ["SIGNALBOX__WORKSPACES__0__CONTAINERS__0__DESTINATIONS__0__SETTINGS__secret"] = "whsec_c2lnbmFsYm94LnNhbmRib3guZGVtby5zZWNyZXQ=",
        });

        Assert.Empty(faults);
        Assert.Equal("hook", declaration!.Workspaces[0].Containers[0].Destinations[0].Id);
    }

    [Theory]
    [InlineData("SIGNALBOX__LISTN", "x", "SIGNALBOX__LISTN: no key")]
    [InlineData("SIGNALBOX__WORKSPACES__7__ID", "x", "SIGNALBOX__WORKSPACES__7__ID: no key")]
    [InlineData("SIGNALBOX__WORKSPACES__0__RATELIMITPERMINUTE", "many", "workspaces[0].rateLimitPerMinute: expected a number")]
    [InlineData("SIGNALBOX__NETWORK__REQUIREHTTPS", "yes", "network.requireHttps: expected true or false")]
    public void A_variable_that_does_not_fit_is_a_fault(string name, string value, string expected)
    {
        var (_, faults) = FaultTests.Read(FaultTests.Valid().ToJsonString(), new() { [name] = value });
        Assert.StartsWith(expected, Assert.Single(faults).ToString());
    }

    [Fact]
    public void References_to_variables_are_replaced_in_any_string_even_where_a_number_is_wanted()
    {
        var configuration = FaultTests.Valid();
        FaultTests.Set(configuration, "adminKey", "a-${ADMIN}-z");
        FaultTests.Set(configuration, "workspaces[0].rateLimitPerMinute", "${LIMIT}");
        FaultTests.Set(configuration, "workspaces[0].containers[0].domains", new JsonArray("${DOMAIN}"));
        FaultTests.Set(configuration, "workspaces[0].containers[0].destinations[0].settings.pixelId", "${PIXEL}");
        var (declaration, faults) = FaultTests.Read(
            configuration.ToJsonString(), new() { ["ADMIN"] = "b", ["LIMIT"] = "77", ["DOMAIN"] = "shop.example", ["PIXEL"] = "42" });

        Assert.Empty(faults);
        Assert.Equal(("a-b-z", 77), (declaration!.AdminKey, declaration.Workspaces[0].RateLimitPerMinute));
        Assert.Equal(["shop.example"], declaration.Workspaces[0].Containers[0].Domains);
        Assert.EndsWith("42", declaration.Workspaces[0].Containers[0].Destinations[0].QuotaKey);
    }
}
