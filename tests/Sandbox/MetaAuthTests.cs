using System.Net;
using System.Text.Json.Nodes;

namespace Signalbox.Sandbox.Tests;

public class MetaAuthTests
{
    private static readonly SandboxOptions WithTokens = new()
    {
        MetaTokens = { ["shop-token"] = [SandboxHost.Pixel], ["other-token"] = ["42"], ["all-token"] = ["*"] },
    };

    private static StringContent Body(SandboxHost host, string? token = null)
    {
        var body = new JsonObject { ["data"] = new JsonArray(host.Event()) };
        if (token is not null) body["access_token"] = token;
        return SandboxHost.Json(body);
    }

    [Theory]
    [InlineData("query")]
    [InlineData("body")]
    [InlineData("bearer")]
    public async Task The_token_may_come_in_three_ways(string way)
    {
        await using var host = new SandboxHost(WithTokens);
        var path = SandboxHost.MetaPath + (way == "query" ? "?access_token=shop-token" : "");

        var reply = await host.Send(path, Body(host, way == "body" ? "shop-token" : null), way == "bearer" ? "shop-token" : null);

        Assert.Equal(HttpStatusCode.OK, reply.Status);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("expired-1", 463)]
    [InlineData("revoked-1", 460)]
    public async Task A_token_that_is_missing_expired_or_revoked_is_error_190_until_the_rule_is_off(string? token, int? subcode)
    {
        await using var host = new SandboxHost();
        var reply = await host.Send(SandboxHost.MetaPath, Body(host), token);

        Assert.Equal(HttpStatusCode.Unauthorized, reply.Status);
        Assert.Equal((190, subcode), reply.Code);
        Assert.Equal("meta.token", (await host.Requests())[0]!["violations"]![0]!["rule"]!.ToString());

        await host.Put("/sandbox/rules", """{"meta.token": false}""");
        Assert.Equal(HttpStatusCode.OK, (await host.Send(SandboxHost.MetaPath, Body(host), token)).Status);
    }

    [Theory]
    [InlineData("nobody", SandboxHost.Pixel, 401, 190, null)]
    [InlineData("other-token", SandboxHost.Pixel, 403, 200, null)]
    [InlineData("shop-token", "777", 400, 100, 33)]
    public async Task Configured_tokens_reach_only_their_pixels(string token, string pixel, int status, int code, int? subcode)
    {
        await using var host = new SandboxHost(WithTokens);
        var reply = await host.Send($"/sandbox/meta/v25.0/{pixel}/events", Body(host), token);

        Assert.Equal(status, (int)reply.Status);
        Assert.Equal((code, subcode), reply.Code);

        await host.Put("/sandbox/rules", """{"meta.token": false, "meta.permission": false}""");
        Assert.Equal(HttpStatusCode.OK, (await host.Send($"/sandbox/meta/v25.0/{pixel}/events", Body(host), token)).Status);
    }

    [Fact]
    public async Task A_token_for_every_pixel_reaches_every_pixel()
    {
        await using var host = new SandboxHost(WithTokens);
        Assert.Equal(HttpStatusCode.OK, (await host.Send("/sandbox/meta/v25.0/777/events", Body(host), "all-token")).Status);
    }

    [Theory]
    [InlineData("25.0", SandboxHost.Pixel, "meta.api_version", 2500, null)]
    [InlineData("v25.0", "my-pixel", "meta.pixel_id", 100, 33)]
    public async Task A_path_that_cannot_be_is_refused_until_the_rule_is_off(string version, string pixel, string rule, int code, int? subcode)
    {
        await using var host = new SandboxHost();
        var path = $"/sandbox/meta/{version}/{pixel}/events";

        Assert.Equal((code, subcode), (await host.Send(path, Body(host))).Code);
        await host.Put("/sandbox/rules", $$"""{"{{rule}}": false}""");
        Assert.Equal(HttpStatusCode.OK, (await host.Send(path, Body(host))).Status);
    }

    [Fact]
    public async Task I6_tokens_are_masked_wherever_they_came()
    {
        await using var host = new SandboxHost();
        const string token = "EAAB-very-secret";
        await host.Send($"{SandboxHost.MetaPath}?access_token={token}&appsecret_proof={token}", Body(host, token), token);
        await host.Send(SandboxHost.MetaPath, new FormUrlEncodedContent([new("data", "[]"), new("access_token", token)]));
        await host.Send(SandboxHost.MetaPath, new MultipartFormDataContent { { new StringContent("[]"), "data" }, { new StringContent(token), "access_token" } });
        await host.Send(SandboxHost.MetaPath, SandboxHost.Text($$"""{"access_token": "{{token}}", """));

        var shown = (await host.Requests()).ToJsonString();

        Assert.Equal(4, (await host.Requests()).Count);
        Assert.DoesNotContain(token, shown);
        Assert.Contains("access_token=masked", shown);
    }
}
