using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Signalbox.Sandbox.Tests;

public class MetaEncodingTests
{
    /// <summary>Two events, e1 and e2, in every encoding Meta's clients use.</summary>
    private static readonly Dictionary<string, Func<string, string, HttpContent>> Encodings = new()
    {
        ["JSON"] = (a, b) => SandboxHost.Text($$"""{"data":[{{a}},{{b}}]}"""),
        ["JSON with events as strings"] = (a, b) => SandboxHost.Json(new JsonObject { ["data"] = new JsonArray(a, b) }),
        ["JSON with the list as a string"] = (a, b) => SandboxHost.Json(new JsonObject { ["data"] = $"[{a},{b}]" }),
        ["form with a JSON array"] = (a, b) => new FormUrlEncodedContent([new("data", $"[{a},{b}]")]),
        ["form with an array of strings"] = (a, b) => new FormUrlEncodedContent([new("data", new JsonArray(a, b).ToJsonString())]),
        ["form with indexes, out of order"] = (a, b) => new FormUrlEncodedContent([new("data[1]", b), new("data[0]", a)]),
        ["form with empty brackets"] = (a, b) => new FormUrlEncodedContent([new("data[]", a), new("data[]", b)]),
        ["form with a repeated field"] = (a, b) => new FormUrlEncodedContent([new("data", a), new("data", b)]),
        ["multipart form"] = (a, b) => new MultipartFormDataContent { { new StringContent($"[{a},{b}]"), "data" } },
    };

    public static TheoryData<string> EncodingNames => [.. Encodings.Keys];

    [Theory]
    [MemberData(nameof(EncodingNames))]
    public async Task Every_encoding_is_understood(string encoding)
    {
        await using var host = new SandboxHost();
        var content = Encodings[encoding](host.Event("e1").ToJsonString(), host.Event("e2").ToJsonString());

        var reply = await host.Send(SandboxHost.MetaPath, content);

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(2, JsonNode.Parse(reply.Body)!["events_received"]!.GetValue<int>());
        Assert.Equal(["e1", "e2"], (await host.Events()).Select(e => e["event_id"]!.ToString()));
    }

    [Theory]
    [MemberData(nameof(EncodingNames))]
    public async Task Every_encoding_is_judged(string encoding)
    {
        await using var host = new SandboxHost();
        var raw = host.Event("e2");
        raw["user_data"]!["em"] = "jane@shop.example";

        var reply = await host.Send(SandboxHost.MetaPath, Encodings[encoding](host.Event("e1").ToJsonString(), raw.ToJsonString()));

        Assert.Contains("data[1].user_data.em", reply.Body);
        Assert.Empty(await host.Events());
    }

    public static TheoryData<string, string> BadBodies => new()
    {
        { "", "application/json" },
        { "{", "application/json" },
        { "[]", "application/json" },
        { "null", "application/json" },
        { "{}", "application/json" },
        { """{"data":7}""", "application/json" },
        { """{"data":"x"}""", "application/json" },
        { """{"data":[7]}""", "application/json" },
        { """{"data":["{"]}""", "application/json" },
        { """{"data":[{"event_name":"\ud800"}]}""", "application/json" },
        { """{"data":[{"event_time":1e999}]}""", "application/json" },
        { """{"data":[{"event_time":-99999999999999999999}]}""", "application/json" },
        { """{"data":[{"event_time":9223372036854775807,"user_data":[],"custom_data":1,"app_data":{"extinfo":7}}]}""", "application/json" },
        { """{"data":[{"user_data":{"em":{"a":1},"ph":[[]],"fbc":7,"client_ip_address":{}}}]}""", "application/json" },
        { """{"data":[{}],"data":[{}],"access_token":7}""", "application/json" },
        { new string('[', 100_000), "application/json" },
        { "", "application/x-www-form-urlencoded" },
        { "data", "application/x-www-form-urlencoded" },
        { "data=%zz&data[0]=%ff", "application/x-www-form-urlencoded" },
        { "data[999999]={}&data[x]=1", "application/x-www-form-urlencoded" },
        { "data[99999999999]={}", "application/x-www-form-urlencoded" },
        { "nothing like a form", "multipart/form-data" },
        { "nothing like a form", "multipart/form-data; boundary=x" },
        { "--x\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n[]", "multipart/form-data; boundary=x" },
    };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_bad_body_is_a_clear_400_and_can_be_looked_at(string body, string contentType)
    {
        await using var host = new SandboxHost();
        var content = new StringContent(body);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        var reply = await host.Send(SandboxHost.MetaPath, content);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal(100, reply.Code.Code);
        Assert.Single(await host.Requests());
        Assert.Empty(await host.Events());
    }

    [Fact]
    public async Task Invalid_UTF8_is_a_clear_400_and_can_be_looked_at()
    {
        await using var host = new SandboxHost();
        var reply = await host.Send(SandboxHost.MetaPath, new ByteArrayContent([.. "{\"data\":[{\"event_name\":\""u8, 0xff, .. "\"}]}"u8]));

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Single(await host.Requests());
    }

    [Fact]
    public async Task A_huge_string_is_judged_without_delay()
    {
        await using var host = new SandboxHost();
        var sent = host.Event();
        sent["custom_data"]!["note"] = new string('x', 2_000_000);
        sent["user_data"]!["em"] = new string('a', 2_000_000);

        Assert.Contains("user_data.em", (await host.Send(SandboxHost.MetaPath, SandboxHost.Json(new JsonObject { ["data"] = new JsonArray(sent) }))).Body);
    }

    [Fact]
    public async Task Mutated_requests_are_accepted_or_refused_but_never_break_the_sandbox()
    {
        await using var host = new SandboxHost();
        var random = new Random(20261001);
        string[] types = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"];
        var json = Encoding.UTF8.GetBytes($$"""{"data":[{{host.Event().ToJsonString()}},"{}"],"access_token":"\u00e4"}""");
        byte[][] seeds = [json, [.. "data[0]="u8, .. json], [.. "--x\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n"u8, .. json, .. "\r\n--x--\r\n"u8]];

        for (var round = 0; round < 5000; round++)
        {
            var body = seeds[random.Next(seeds.Length)].ToList();
            for (var edits = random.Next(1, 6); edits > 0; edits--)
            {
                var at = random.Next(body.Count - 1);
                switch (random.Next(4))
                {
                    case 0: body[at] = (byte)random.Next(256); break;
                    case 1: body.RemoveRange(at, random.Next(1, Math.Min(20, body.Count - at))); break;
                    case 2: body.InsertRange(at, body.GetRange(random.Next(body.Count / 2), Math.Min(20, body.Count / 2))); break;
                    default: body[at] = "\"\\{}[]:,0&=%"u8[random.Next(12)]; break;
                }
            }
            var content = new ByteArrayContent([.. body]);
            content.Headers.TryAddWithoutValidation("Content-Type", types[random.Next(types.Length)]);
            var path = random.Next(4) == 0 ? "/sandbox/webhook/shop" : SandboxHost.MetaPath;

            // An exception within the sandbox surfaces here.
            var reply = await host.Send(path, content);
            Assert.InRange((int)reply.Status, 200, 401);
        }
        Assert.Equal(1000, (await host.Requests("?limit=5000")).Count);
    }
}
