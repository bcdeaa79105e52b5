using System.Text;
using System.Text.Json.Nodes;

namespace Signalbox.Api.Tests.Signals;

/// <summary>50,000 mutated bodies: none is answered with a 5xx, and every refusal says why.</summary>
public sealed class FuzzTests
{
    private const int Bodies = 50_000;

    private static readonly string[] Seeds =
    [
        """{"event_name":"Purchase","event_type":"conversion","container_id":"blog","payload":{"value":99.99,"currency":"USD","transaction_id":"txn_1","items":[{"id":"a","price":1.5,"quantity":2},"b"],"content_ids":["x",1]},"user_data":{"email":"customer@example.com","phone":"+1234567890","external_id":"user_123","zip":"10115","country":"de","date_of_birth":"1990-01-02","visitor_id":"v-1","fbp":"fb.1.1.2"},"event_id":"evt_1","event_time":1704067200000,"metadata":{"a":{"b":[1,2,{"c":null}]},"note":"call +49 151 2345678"}}""",
        """{"event_name":"Sign Up","event_type":"engagement","container_id":"blog","payload":{},"url":"https://shop.example/p?fbclid=IwAR1&gclid=2&email=a%40b.example#x=1","referrer":"https://x.example/","action_source":"website","consent":{"granted":["marketing","ads"],"raw":"a,b"},"plan":"gold","user_data":{"client_ip_address":"203.0.113.7","client_user_agent":"Mozilla/5.0","ttclid":"t","state":"CA","city":"Zürich"}}""",
        """{"event_name":"\u00fcber","event_type":"conversion","container_id":1,"payload":{"value":"1e3","num_items":"3","search_string":"\ud83d\ude00","gift":{"wrap":true,"text":"line\nbreak"}},"event_time":"1704067200"}""",
    ];

    private static readonly string[] Tokens =
    [
        "null", "true", "\"\"", "{}", "[]", "1e999", "-0", "99999999999999999999999999999999", "\"\\ud800\"", "\"\\u0000\"", "{\"a\":1,\"a\":2}", "[[[[[[[[[[[[",
        "\"event_name\":\"x\",", "\"payload\":{\"value\":1},", ",", ":", "}", "]", "\"", "\\", "\ufeff", "+49 151 2345678", "a@b.example", "%40%2540", "/*", "NaN", "0x1", " ",
    ];

    [Fact]
    public async Task No_mutated_body_is_answered_with_a_5xx_and_every_refusal_says_why()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SIGNALBOX_FUZZ_SEED"), out var given) ? given : 20261120;
        var configuration = ApiHost.Configuration()["workspaces"]!.DeepClone();
        configuration[0]!["rateLimitPerMinute"] = 100_000_000;
        await using var api = await ApiHost.Start(new JsonObject { ["workspaces"] = configuration });
        var random = new Random(seed);
        var accepted = 0;
        for (var index = 0; index < Bodies; index++)
        {
            var body = Mutate(random, Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]));
            var reply = await api.Send(body);
            var isFine = reply.Status is 200 or 201 || (reply.Status is >= 400 and < 500 && reply.Detail.Length > 0);
            Assert.True(isFine, $"seed {seed}, body {index}: {reply.Status} {reply.Text}\n{Convert.ToBase64String(body)}");
            if (reply.Status < 300) accepted++;
        }
        // A fuzzer that only ever makes rubbish would reach nothing behind the first check.
        Assert.InRange(accepted, Bodies / 50, Bodies * 9 / 10);
    }

    private static byte[] Mutate(Random random, byte[] body)
    {
        var bytes = body.ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 12), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 4: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)])); break;
                case 5: ReplaceValue(random, bytes); break;
                case 6: bytes.InsertRange(at, Enumerable.Repeat(bytes[at], random.Next(1, 2000))); break;
                default:
                    if (random.Next(4) == 0) bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
            if (bytes.Count == 0) bytes.Add((byte)'{');
        }
        return [.. bytes];
    }

    /// <summary>Puts a token where a value begins, so that much stays valid JSON.</summary>
    private static void ReplaceValue(Random random, List<byte> bytes)
    {
        var colons = Enumerable.Range(0, bytes.Count).Where(index => bytes[index] == (byte)':').ToList();
        if (colons.Count == 0) return;
        var start = colons[random.Next(colons.Count)] + 1;
        var end = start;
        while (end < bytes.Count && bytes[end] is not ((byte)',' or (byte)'}')) end++;
        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, Encoding.UTF8.GetBytes(Tokens[random.Next(12)]));
    }
}
