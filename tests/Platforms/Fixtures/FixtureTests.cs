using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Signalbox.Core.Ports;

namespace Signalbox.Platforms.Tests.Fixtures;

/// <summary>Every scenario of every platform, from the event to the outcome.</summary>
public class FixtureTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string, string> Scenarios
    {
        get
        {
            var scenarios = new TheoryData<string, string>();
            foreach (var folder in Fixture.PlatformFolders)
            {
                foreach (var scenario in Directory.EnumerateDirectories(Path.Combine(folder, "Fixtures")).Order(StringComparer.Ordinal))
                {
                    scenarios.Add(Path.GetFileName(folder), Path.GetFileName(scenario));
                }
            }
            return scenarios;
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void A_scenario_sends_its_request_and_comes_to_its_outcome(string platformFolder, string scenario)
    {
        var fixture = new Fixture(Path.Combine(Fixture.PlatformsFolder, platformFolder, "Fixtures", scenario));
        var platform = PlatformRegistry.BuiltIn.Find(platformFolder.ToLowerInvariant())!;
        var faults = new List<string>();
        var settings = platform.ReadSettings(fixture.Settings, fixture.Endpoint, (path, message) => faults.Add($"{path} {message}"));
        Assert.Empty(faults);

        var fragments = new List<ReadOnlyMemory<byte>>();
        var fates = new JsonArray();
        foreach (var e in fixture.Events) fates.Add(Encode(platform, e, settings!, fixture.Now, fragments));

        var request = fragments.Count == 0 ? null : platform.Compose(fragments, settings!, fixture.CallId, fixture.Now);
        Assert.Equal(fixture.Request, request is null ? null : Fixture.Render(request));
        Assert.Equal(request is null, fixture.Response is null);

        var outcome = new JsonObject { ["events"] = fates };
        if (fixture.Response is { } response) Describe(platform.Judge(response, fragments.Count), outcome);
        Assert.Equal(JsonNode.Parse(fixture.Outcome)!.ToJsonString(Readable), outcome.ToJsonString(Readable));
    }

    private static string Encode(
        IPlatform platform, OutgoingEvent e, PlatformSettings settings, DateTimeOffset now, List<ReadOnlyMemory<byte>> fragments)
    {
        if (platform.Rules.MaxAge is { } maxAge && now - e.Event.Time >= maxAge) return "expired";
        var fragment = new ArrayBufferWriter<byte>();
        if (platform.Encode(e, settings, fragment) is { } reason)
        {
            Assert.Equal(0, fragment.WrittenCount);
            return $"rejected: {reason}";
        }
        fragments.Add(fragment.WrittenMemory);
        return "sent";
    }

    private static void Describe(Verdict verdict, JsonObject outcome)
    {
        outcome["verdict"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(verdict.GetType().Name);
        var reason = verdict switch
        {
            Verdict.Refused refused => refused.Reason,
            Verdict.Retry retry => retry.Reason,
            Verdict.Unauthorised unauthorised => unauthorised.Reason,
            _ => null,
        };
        if (reason is not null) outcome["reason"] = reason;
        if (verdict is Verdict.Throttled { RetryAfter: { } wait }) outcome["retry_after_seconds"] = (int)wait.TotalSeconds;
        if (verdict.Words is { } words) outcome["words"] = words;
    }
}
