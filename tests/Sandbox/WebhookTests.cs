using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Signalbox.Sandbox.Tests;

public class WebhookTests
{
    private const string Body = """{"type":"conversion.purchase","data":{}}""";

    // The vector of the Standard Webhooks reference libraries.
    private const string VectorSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string VectorId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long VectorTime = 1614265330;
    private const string VectorBody = """{"test": 2432232314}""";
    private const string VectorSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly SandboxOptions Vector = new() { WebhookSecrets = { ["vector"] = VectorSecret } };

    private static async Task<Reply> Send(
        SandboxHost host, string name, string? id, string? timestamp, string? signature, string body = Body)
    {
        var content = SandboxHost.Text(body);
        foreach (var (header, value) in new[] { ("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature) })
        {
            if (value is not null) content.Headers.Add(header, value);
        }
        return await host.Send($"/sandbox/webhook/{name}", content, null);
    }

    private static string Sign(string id, string timestamp, string body = Body, string secret = SandboxOptions.DemoWebhookSecret) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));

    [Fact]
    public async Task The_published_vector_is_accepted()
    {
        await using var host = new SandboxHost(Vector);
        host.Time.Advance(DateTimeOffset.FromUnixTimeSeconds(VectorTime) - FakeTime.Start);

        var reply = await Send(host, "vector", VectorId, $"{VectorTime}", VectorSignature, VectorBody);

        Assert.Equal(HttpStatusCode.NoContent, reply.Status);
        Assert.Equal(VectorId, (await host.Events()).Single()["event_id"]!.ToString());
    }

    [Theory]
    [InlineData("v1,AAAA " + VectorSignature, 204)]
    [InlineData("v1a,zzzz v2,x " + VectorSignature + " v1,", 204)]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=", 401)]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", 401)]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", 401)]
    [InlineData("v1,not base64!", 401)]
    [InlineData("v1,", 401)]
    public async Task One_right_signature_of_several_is_enough(string signatures, int status)
    {
        await using var host = new SandboxHost(Vector);
        host.Time.Advance(DateTimeOffset.FromUnixTimeSeconds(VectorTime) - FakeTime.Start);

        Assert.Equal(status, (int)(await Send(host, "vector", VectorId, $"{VectorTime}", signatures, VectorBody)).Status);
    }

    [Fact]
    public async Task A_webhook_without_its_own_secret_has_the_published_one()
    {
        await using var host = new SandboxHost(Vector);
        var time = $"{host.Time.Seconds}";

        Assert.Equal(HttpStatusCode.NoContent, (await Send(host, "any", "msg_1", time, Sign("msg_1", time))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Send(host, "vector", "msg_1", time, Sign("msg_1", time))).Status);
    }

    [Theory]
    [InlineData(-300, 204)]
    [InlineData(300, 204)]
    [InlineData(-301, 401)]
    [InlineData(301, 401)]
    public async Task The_timestamp_may_be_five_minutes_off(int seconds, int status)
    {
        await using var host = new SandboxHost();
        var time = $"{host.Time.Seconds + seconds}";

        Assert.Equal(status, (int)(await Send(host, "shop", "msg_1", time, Sign("msg_1", time))).Status);
    }

    /// <summary>By rule, what breaks it and nothing else; null leaves the header out.</summary>
    [Theory]
    [InlineData("headers", null, "0", true, "webhook-id")]
    [InlineData("id", "msg.1", "0", true, "webhook-id")]
    [InlineData("timestamp", "msg_1", "-301", true, "webhook-timestamp")]
    [InlineData("timestamp", "msg_1", "soon", true, "webhook-timestamp")]
    [InlineData("signature", "msg_1", "0", false, "webhook-signature")]
    public async Task A_breach_is_refused_until_its_rule_is_off(string rule, string? id, string offset, bool signed, string field)
    {
        await using var host = new SandboxHost();
        var time = int.TryParse(offset, out var seconds) ? $"{host.Time.Seconds + seconds}" : offset;
        var send = () => Send(host, "shop", id, time, signed ? Sign(id ?? "", time) : Sign("another", time));

        var refused = await send();
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.StartsWith($"{field}: ", refused.Error.GetString());
        Assert.Equal($"webhook.{rule}", Assert.Single((await host.Requests())[0]!["violations"]!.AsArray())!["rule"]!.ToString());
        Assert.Empty(await host.Events());

        await host.Put("/sandbox/rules", $$"""{"webhook.{{rule}}": false}""");
        Assert.Equal(HttpStatusCode.NoContent, (await send()).Status);
    }

    [Theory]
    [InlineData("99999999999999999999")]
    [InlineData("9223372036854775807")]
    [InlineData("-1")]
    [InlineData("1e9")]
    public async Task An_absurd_timestamp_is_a_401(string time)
    {
        await using var host = new SandboxHost();
        Assert.Equal(HttpStatusCode.Unauthorized, (await Send(host, "shop", "msg_1", time, Sign("msg_1", time))).Status);
    }

    [Fact]
    public async Task A_changed_body_is_refused()
    {
        await using var host = new SandboxHost();
        var time = $"{host.Time.Seconds}";
        Assert.Equal(HttpStatusCode.Unauthorized, (await Send(host, "shop", "msg_1", time, Sign("msg_1", time), Body + " ")).Status);
    }

    [Fact]
    public async Task A_retry_with_the_same_id_is_counted_as_duplicate()
    {
        await using var host = new SandboxHost();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var time = $"{host.Time.Seconds}";
            Assert.Equal(HttpStatusCode.NoContent, (await Send(host, "shop", "msg_1", time, Sign("msg_1", time))).Status);
            host.Time.Advance(TimeSpan.FromSeconds(5));
        }
        Assert.Equal(1, (await host.Stats())["duplicates"]!.GetValue<int>());
        Assert.Equal("conversion.purchase", (await host.Events())[0]["event_name"]!.ToString());
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("whsec_")]
    [InlineData("whsec_!!")]
    public void An_unusable_secret_in_the_options_is_a_clear_error_that_does_not_show_it(string secret)
    {
        var error = Assert.Throws<ArgumentException>(() => new SandboxState(TimeProvider.System, new() { WebhookSecrets = { ["shop"] = secret } }));
        Assert.Contains("WebhookSecrets:shop", error.Message);
    }
}
