using System.Net;
using System.Text.Json.Nodes;

namespace Signalbox.Sandbox.Tests;

public class FaultTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(80003)]
    public async Task Throttling_says_when_to_come_back_and_clears_itself(int code)
    {
        await using var host = new SandboxHost();
        var set = await host.Put("/sandbox/faults", $$"""{"meta":{"pixel":"*","kind":"throttle","retryAfterSeconds":2,"code":{{code}},"times":2} }""");
        Assert.Equal(HttpStatusCode.OK, set.Status);

        for (var i = 0; i < 2; i++)
        {
            var reply = await host.Meta(host.Event());
            Assert.Equal(HttpStatusCode.TooManyRequests, reply.Status);
            Assert.Equal(TimeSpan.FromSeconds(2), reply.RetryAfter);
            Assert.Equal((code, null), reply.Code);
        }
        Assert.Empty(await host.Events());
        Assert.Equal(HttpStatusCode.OK, (await host.Meta(host.Event())).Status);
        Assert.Empty((await host.Get("/sandbox/faults")).AsObject());
    }

    [Theory]
    [InlineData(500, 1)]
    [InlineData(502, null)]
    [InlineData(503, 2)]
    public async Task A_platform_can_break_down(int status, int? code)
    {
        await using var host = new SandboxHost();
        await host.Put("/sandbox/faults", $$"""{"meta":{"kind":"error","status":{{status}} } }""");
        var reply = await host.Meta(host.Event());

        Assert.Equal(status, (int)reply.Status);
        if (code is null) Assert.StartsWith("<html>", reply.Body);
        else Assert.Equal((code.Value, null), reply.Code);
        Assert.Equal("error", (await host.Requests())[0]!["fault"]!.ToString());
    }

    [Fact]
    public async Task A_token_can_be_revoked_for_a_while()
    {
        await using var host = new SandboxHost();
        await host.Put("/sandbox/faults", """{"meta":{"kind":"unauthorised"}}""");
        var reply = await host.Meta(host.Event());
        Assert.Equal(HttpStatusCode.Unauthorized, reply.Status);
        Assert.Equal((190, 460), reply.Code);

        await host.Http.DeleteAsync("/sandbox/faults");
        Assert.Equal(HttpStatusCode.OK, (await host.Meta(host.Event())).Status);
    }

    [Theory]
    [InlineData("cut", "before", 0)]
    [InlineData("cut", "after", 1)]
    [InlineData("error", "before", 0)]
    [InlineData("error", "after", 1)]
    public async Task An_unacknowledged_event_was_taken_only_when_the_fault_comes_after(string kind, string when, int taken)
    {
        await using var host = new SandboxHost();
        await host.Put("/sandbox/faults", $$"""{"meta":{"kind":"{{kind}}","when":"{{when}}","times":1} }""");

        if (kind == "cut") await Assert.ThrowsAnyAsync<Exception>(() => host.Meta(host.Event()));
        else Assert.Equal(HttpStatusCode.InternalServerError, (await host.Meta(host.Event())).Status);

        Assert.Equal(taken, (await host.Events()).Length);
        var request = (await host.Requests())[0]!;
        Assert.Equal(1, request["event_count"]!.GetValue<int>());
        Assert.Equal(kind == "cut", request["answer"] is null);

        await host.Meta(host.Event());
        Assert.Equal(taken, (await host.Stats())["duplicates"]!.GetValue<int>());
        Assert.Equal(1, (await host.Stats())["by_status"]![kind == "cut" ? "cut" : "500"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("before", 0)]
    [InlineData("after", 1)]
    public async Task A_slow_platform_answers_normally_in_the_end(string when, int takenWhileWaiting)
    {
        await using var host = new SandboxHost();
        await host.Put("/sandbox/faults", $$"""{"meta":{"kind":"slow","delayMs":1500,"when":"{{when}}"} }""");

        var reply = host.Meta(host.Event());
        await host.Time.SomebodyWaits();
        Assert.Equal(takenWhileWaiting, (await host.Events()).Length);
        host.Time.Advance(TimeSpan.FromMilliseconds(1499));
        Assert.False(reply.IsCompleted);
        host.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(HttpStatusCode.OK, (await reply).Status);
        Assert.Single(await host.Events());
    }

    [Fact]
    public async Task A_sender_that_gives_up_on_a_slow_platform_leaves_nothing_behind()
    {
        await using var host = new SandboxHost();
        await host.Put("/sandbox/faults", """{"meta":{"kind":"slow","delayMs":1500,"times":1}}""");
        using var patience = new CancellationTokenSource();

        var reply = host.Http.PostAsync($"{SandboxHost.MetaPath}?access_token=t", SandboxHost.Json(new JsonObject { ["data"] = new JsonArray(host.Event()) }), patience.Token);
        await host.Time.SomebodyWaits();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reply);

        await host.Meta(host.Event());
        Assert.Equal(1, (await host.Events()).Single()["times_seen"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_fault_concerns_only_the_pixel_it_names()
    {
        await using var host = new SandboxHost();
        await host.Put("/sandbox/faults", """{"meta":[{"pixel":"42","kind":"error"},{"pixel":"43","kind":"throttle"}],"webhook":{"name":"*","kind":"error","status":503}}""");

        var statuses = new List<int>();
        foreach (var path in new[] { SandboxHost.MetaPath, "/sandbox/meta/v25.0/42/events", "/sandbox/meta/v25.0/43/events", "/sandbox/webhook/shop" })
            statuses.Add((int)(await host.Send(path, SandboxHost.Json(new JsonObject { ["data"] = new JsonArray(host.Event()) }))).Status);

        Assert.Equal([200, 500, 429, 503], statuses);
    }

    [Theory]
    [InlineData("throttle", 429)]
    [InlineData("unauthorised", 401)]
    public async Task A_webhook_can_fail_too(string kind, int status)
    {
        await using var host = new SandboxHost();
        await host.Put("/sandbox/faults", $$"""{"webhook":{"kind":"{{kind}}"} }""");
        var reply = await host.Send("/sandbox/webhook/shop", SandboxHost.Text("{}"));

        Assert.Equal(status, (int)reply.Status);
        Assert.Equal(kind == "throttle", reply.RetryAfter == TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_chance_is_the_same_for_the_same_seed()
    {
        async Task<int[]> Run(int seed)
        {
            await using var host = new SandboxHost();
            await host.Put("/sandbox/faults", $$"""{"meta":{"kind":"error","probability":0.5,"seed":{{seed}} } }""");
            var statuses = new int[40];
            for (var i = 0; i < statuses.Length; i++) statuses[i] = (int)(await host.Meta(host.Event())).Status;
            return statuses;
        }
        var first = await Run(7);

        Assert.Equal(first, await Run(7));
        Assert.NotEqual(first, await Run(8));
        Assert.InRange(first.Count(s => s == 500), 5, 35);
    }

    [Fact]
    public async Task Faults_are_shown_as_they_were_set()
    {
        await using var host = new SandboxHost();
        await host.Put("/sandbox/faults", """{"meta":{"kind":"slow","delayMs":10,"times":3,"probability":0.5,"seed":4},"webhook":{"name":"shop","kind":"cut","when":"after"}}""");

        var expected = JsonNode.Parse(
            """
            {"meta":[{"pixel":"*","kind":"slow","delayMs":10,"when":"before","times":3,"probability":0.5,"seed":4,"fired":0}],
             "webhook":[{"name":"shop","kind":"cut","when":"after","fired":0}]}
            """);
        Assert.True(JsonNode.DeepEquals(expected, await host.Get("/sandbox/faults")));
    }

    [Theory]
    [InlineData("{", "body")]
    [InlineData("[]", "body")]
    [InlineData("""{"tiktok":{"kind":"error"}}""", "tiktok")]
    [InlineData("""{"meta":7}""", "meta.kind")]
    [InlineData("""{"meta":[{"kind":"error"},{}]}""", "meta[1].kind")]
    [InlineData("""{"meta":{"kind":"explode"}}""", "meta.kind")]
    [InlineData("""{"meta":{"kind":"error","status":404}}""", "meta.status")]
    [InlineData("""{"meta":{"kind":"error","delayMs":5}}""", "meta.delayMs")]
    [InlineData("""{"meta":{"kind":"slow"}}""", "meta.delayMs")]
    [InlineData("""{"meta":{"kind":"slow","delayMs":0}}""", "meta.delayMs")]
    [InlineData("""{"meta":{"kind":"cut","when":"during"}}""", "meta.when")]
    [InlineData("""{"meta":{"kind":"throttle","retryAfterSeconds":-1}}""", "meta.retryAfterSeconds")]
    [InlineData("""{"meta":{"kind":"throttle","code":5}}""", "meta.code")]
    [InlineData("""{"meta":{"kind":"error","pixel":7}}""", "meta.pixel")]
    [InlineData("""{"meta":{"kind":"error","name":"x"}}""", "meta.name")]
    [InlineData("""{"webhook":{"kind":"throttle","code":4}}""", "webhook.code")]
    [InlineData("""{"meta":{"kind":"error","times":0}}""", "meta.times")]
    [InlineData("""{"meta":{"kind":"error","times":1.5}}""", "meta.times")]
    [InlineData("""{"meta":{"kind":"error","probability":0}}""", "meta.probability")]
    [InlineData("""{"meta":{"kind":"error","probability":2}}""", "meta.probability")]
    [InlineData("""{"meta":{"kind":"error","seed":"x"}}""", "meta.seed")]
    public async Task A_wrong_fault_is_told_by_its_field_and_changes_nothing(string json, string field)
    {
        await using var host = new SandboxHost();
        await host.Put("/sandbox/faults", """{"meta":{"kind":"unauthorised"}}""");

        var reply = await host.Put("/sandbox/faults", json);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.StartsWith($"{field}: ", reply.Error.GetString());
        Assert.Equal("unauthorised", (await host.Get("/sandbox/faults"))["meta"]![0]!["kind"]!.ToString());
    }
}
