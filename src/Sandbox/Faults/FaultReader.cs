using System.Text.Json;
using Signalbox.Sandbox.Meta;
using Signalbox.Sandbox.Webhook;

namespace Signalbox.Sandbox.Faults;

/// <summary>
/// Reads <c>{"meta": {"pixel": "*", "kind": "throttle", "times": 3}, "webhook": [{…}, {…}]}</c>: by platform one fault or several.
/// Every mistake is told with its field and what was expected there; faults are only good when there is none.
/// </summary>
internal static class FaultReader
{
    private static readonly string[] Kinds = [.. Enum.GetNames<FaultKind>().Select(k => k.ToLowerInvariant())];

    /// <summary>What a platform calls the thing that receives.</summary>
    public static string NameField(string platform) => platform == MetaCall.PlatformName ? "pixel" : "name";

    public static (Fault[] Faults, List<string> Errors) Read(JsonElement root)
    {
        var errors = new List<string>();
        var faults = new List<Fault>();
        if (root.ValueKind != JsonValueKind.Object) return ([], ["body: expected an object keyed by platform"]);
        foreach (var platform in root.EnumerateObject())
        {
            if (platform.Name is not (MetaCall.PlatformName or WebhookCall.PlatformName))
                errors.Add($"{platform.Name}: no such platform; expected '{MetaCall.PlatformName}' or '{WebhookCall.PlatformName}'");
            else if (platform.Value.ValueKind != JsonValueKind.Array)
                faults.Add(One(platform.Name, new FaultFields(platform.Name, platform.Value, errors)));
            else
                faults.AddRange(platform.Value.EnumerateArray().Select((f, i) => One(platform.Name, new FaultFields($"{platform.Name}[{i}]", f, errors))));
        }
        return ([.. faults], errors);
    }

    private static Fault One(string platform, FaultFields fields)
    {
        var kind = Enum.Parse<FaultKind>(fields.OneOf("kind", Kinds, null), ignoreCase: true);
        var fault = new Fault(
            platform,
            fields.Text(NameField(platform), "*"),
            kind,
            RetryAfterSeconds: kind == FaultKind.Throttle ? fields.Whole("retryAfterSeconds", 1, 0, 86_400) : 0,
            Code: kind == FaultKind.Throttle && platform == MetaCall.PlatformName ? fields.Whole("code", 4, [4, 17, 80003]) : 0,
            Status: kind == FaultKind.Error ? fields.Whole("status", 500, [500, 502, 503]) : 0,
            DelayMs: kind == FaultKind.Slow ? fields.Whole("delayMs", null, 1, 600_000) : 0,
            AfterProcessing: kind is FaultKind.Error or FaultKind.Slow or FaultKind.Cut && fields.OneOf("when", ["before", "after"], "before") == "after",
            Times: fields.Has("times") ? fields.Whole("times", null, 1, int.MaxValue) : null,
            Probability: fields.Probability("probability"),
            Seed: fields.Whole("seed", 0, int.MinValue, int.MaxValue));
        fields.RefuseOthers();
        return fault;
    }
}
