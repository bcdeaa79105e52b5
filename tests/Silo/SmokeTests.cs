using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Signalbox.Processes;
using Signalbox.Silo.Tests.Harness;
using Xunit.Abstractions;

namespace Signalbox.Silo.Tests;

/// <summary>Two silos and a gateway, real processes on a real PostgreSQL and Redis.</summary>
public sealed class SmokeTests(ITestOutputHelper output)
{
    private const string Changed = "capi_changed";
    private const string Hook = "shop";
    private const int Limit = 20;
    private const string Unreachable = "no silo of the cluster can be reached";

    [ClusterFact]
    public async Task I2_a_cluster_takes_events_at_every_process_once_and_delivers_them()
    {
        await using var sandbox = await SandboxServer.Start();
        using var installation = new Installation();
        Assert.Contains("Version 1 ", await installation.Apply(Workspaces(sandbox)));
        var members = await StartAll(installation);

        var ids = new List<string>();
        foreach (var member in members)
        {
            var (status, id) = await member.Send($"order-{ids.Count}");
            Assert.Equal(201, status);
            ids.Add(id);
        }
        foreach (var member in members)
        {
            for (var order = 0; order < ids.Count; order++) Assert.Equal((200, ids[order]), await member.Send($"order-{order}"));
        }
        await Arrive(sandbox, ids);
    }

    [ClusterFact]
    public async Task A_process_that_starts_first_waits_for_what_is_applied_and_a_change_reaches_all_within_two_seconds()
    {
        await using var sandbox = await SandboxServer.Start();
        using var installation = new Installation();
        var gateway = installation.Start("gateway");
        await Eventually.Happens(async () => await gateway.Status() == 503, TimeSpan.FromSeconds(30), () => gateway.Process.Output);
        List<Installation.Member> members = [gateway, installation.Start(), installation.Start()];
        Assert.Equal(503, (await gateway.Send("early")).Status);
        await installation.Apply(Workspaces(sandbox));
        foreach (var member in members) await member.IsReady();

        await installation.Apply(Workspaces(sandbox, Changed));
        var applied = Stopwatch.StartNew();
        foreach (var member in members) await Eventually.Happens(async () => (await member.Send(null, Changed)).Status == 201, TimeSpan.FromSeconds(2), () => member.Process.Output);
        output.WriteLine($"followed by all after {applied.Elapsed.TotalMilliseconds:0} ms");
        foreach (var member in members) Assert.Equal(401, (await member.Send(null)).Status);
    }

    [ClusterFact]
    public async Task A_workspaces_rate_limit_is_one_number_over_all_processes()
    {
        await using var sandbox = await SandboxServer.Start();
        using var installation = new Installation();
        await installation.Apply(Workspaces(sandbox));
        var members = await StartAll(installation);

        var statuses = new List<int>();
        long Minute() => DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 60;
        for (var minute = -1L; minute != Minute();)
        {
            // Once more in the rare case that the minute ends meanwhile.
            minute = Minute();
            statuses.Clear();
            for (var request = 0; request < Limit + 10; request++) statuses.Add((await members[request % members.Count].Send(null, "capi_limited", "small")).Status);
        }
        Assert.Equal(Limit, statuses.Count(status => status == 201));
        Assert.All(statuses.Skip(Limit), status => Assert.Equal(429, status));
    }

    [ClusterFact]
    public async Task I1_a_silo_that_is_asked_to_stop_finishes_what_is_under_way_and_the_others_go_on()
    {
        await using var sandbox = await SandboxServer.Start();
        using var installation = new Installation();
        await installation.Apply(Workspaces(sandbox));
        var members = await StartAll(installation);
        // The first silo has the container, and its destination's pump.
        var ids = new List<string> { await Accept(members[0], "first") };

        using var underWay = new HalfRequest(members[0].Address, Installation.Member.Event("under way", "shop"));
        members[0].Process.AskToStop();
        await Eventually.Happens(async () => await members[0].Status() == 0, TimeSpan.FromSeconds(10), () => "it still listens");
        var answer = await underWay.Finish();
        Assert.StartsWith("HTTP/1.1 201 Created", answer);
        ids.Add((string)JsonNode.Parse(answer[answer.IndexOf('{', StringComparison.Ordinal)..])!["id"]!);
        Assert.Equal(0, await members[0].Process.WaitForExit(TimeSpan.FromSeconds(30)));
        var stopped = Stopwatch.StartNew();

        foreach (var member in members[1..]) ids.Add(await Accept(member, $"after {member.Address.Port}"));
        output.WriteLine($"the others accept after {stopped.ElapsedMilliseconds} ms");
        await Arrive(sandbox, ids);
        output.WriteLine($"and deliver after {stopped.ElapsedMilliseconds} ms");
    }

    [ClusterFact]
    public async Task What_a_killed_silo_had_is_taken_up_by_the_others_within_ten_seconds()
    {
        await using var sandbox = await SandboxServer.Start();
        using var installation = new Installation();
        await installation.Apply(Workspaces(sandbox));
        var members = await StartAll(installation);
        var ids = new List<string> { await Accept(members[0], "first") };

        members[0].Process.Kill();
        var killed = Stopwatch.StartNew();
        ids.Add(await Accept(members[1], "after"));
        output.WriteLine($"accepted again after {killed.ElapsedMilliseconds} ms");
        await Arrive(sandbox, ids);
        output.WriteLine($"delivered again after {killed.ElapsedMilliseconds} ms");
    }

    [ClusterFact]
    public async Task A_gateway_is_ready_as_long_as_some_silo_answers()
    {
        await using var sandbox = await SandboxServer.Start();
        using var installation = new Installation();
        await installation.Apply(Workspaces(sandbox));
        var members = await StartAll(installation);
        var gateway = members[2];
        async Task TurnsTo(int status, string because, Action? meanwhile = null)
        {
            var since = Stopwatch.StartNew();
            await Eventually.Happens(
                async () =>
                {
                    meanwhile?.Invoke();
                    return await gateway.Status() == status;
                },
                TimeSpan.FromSeconds(90), () => $"{because}, and it is not {status}: {gateway.Process.Output}");
            output.WriteLine($"{status} after {since.Elapsed.TotalSeconds:0.0} s: {because}");
        }

        members[0].Process.Kill();
        for (var until = DateTime.UtcNow + TimeSpan.FromSeconds(10); DateTime.UtcNow < until; await Task.Delay(200)) Assert.DoesNotContain(Unreachable, await gateway.Readiness());
        members[1].Process.Pause();
        await TurnsTo(503, "the last silo hangs");
        Assert.Contains(Unreachable, await gateway.Readiness());
        members[1].Process.Resume();
        await TurnsTo(200, "it goes on");
        members[1].Process.Kill();
        await TurnsTo(503, "the last silo is killed");

        // At another address it finds the killed ones still said to be there, gives up, and is started again, as a supervisor would.
        var another = installation.Start();
        await TurnsTo(200, "another silo starts", () =>
        {
            if (another.Process.HasExited) another = installation.Start();
        });
    }

    private static async Task<List<Installation.Member>> StartAll(Installation installation)
    {
        List<Installation.Member> members = [installation.Start(), installation.Start(), installation.Start("gateway")];
        foreach (var member in members) await member.IsReady();
        return members;
    }

    /// <summary>Sends an event until it is accepted.</summary>
    /// <returns>Its id.</returns>
    private static async Task<string> Accept(Installation.Member member, string eventId)
    {
        var accepted = (Status: 0, Id: "");
        await Eventually.Happens(async () => (accepted = await member.Send(eventId)).Status is 200 or 201, TimeSpan.FromSeconds(10), () => member.Process.Output);
        return accepted.Id;
    }

    private static Task Arrive(SandboxServer sandbox, IReadOnlyList<string> ids) => Eventually.Happens(
        async () => !ids.Except((await sandbox.Arrivals("webhook", Hook)).Select(arrival => arrival.EventId)).Any(),
        TimeSpan.FromSeconds(30), () => "not all of it arrived");

    private static JsonArray Workspaces(SandboxServer sandbox, string key = Installation.Key) => new(
        new JsonObject
        {
            ["id"] = "acme", ["plan"] = "enterprise", ["rateLimitPerMinute"] = 1_000_000,
            ["keys"] = new JsonArray(new JsonObject { ["name"] = "all", ["key"] = key }),
            ["containers"] = new JsonArray(new JsonObject
            {
                ["id"] = "shop",
                ["destinations"] = new JsonArray(new JsonObject
                {
                    ["id"] = "hook", ["platform"] = "webhook",
                    ["settings"] = new JsonObject { ["url"] = $"{sandbox.Address}/webhook/{Hook}", ["secret"] = "whsec_c2lnbmFsYm94LnNhbmRib3guZGVtby5zZWNyZXQ=" },
                }),
            }),
        },
        new JsonObject
        {
            ["id"] = "limited", ["plan"] = "enterprise", ["rateLimitPerMinute"] = Limit,
            ["keys"] = new JsonArray(new JsonObject { ["name"] = "all", ["key"] = "capi_limited" }),
            ["containers"] = new JsonArray(new JsonObject { ["id"] = "small" }),
        });

    /// <summary>A request whose last byte is still to come.</summary>
    private sealed class HalfRequest : IDisposable
    {
        private readonly TcpClient client;
        private readonly byte[] request;

        public HalfRequest(Uri address, string body)
        {
            request = Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"POST /api/v1/events HTTP/1.1\r\nHost: {address.Authority}\r\nX-API-Key: {Installation.Key}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
            client = new TcpClient(address.Host, address.Port) { NoDelay = true };
            client.GetStream().Write(request.AsSpan(..^1));
        }

        /// <returns>The answer, head and body.</returns>
        public async Task<string> Finish()
        {
            await client.GetStream().WriteAsync(request.AsMemory(^1));
            using var answer = new StreamReader(client.GetStream());
            return await answer.ReadToEndAsync();
        }

        public void Dispose() => client.Dispose();
    }
}
