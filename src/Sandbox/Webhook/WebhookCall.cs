using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Signalbox.Sandbox.Faults;

namespace Signalbox.Sandbox.Webhook;

/// <summary>
/// A receiver of Standard Webhooks that verifies what it gets: 204, or 401 with the reason. The event's id is <c>webhook-id</c>, which
/// stays the same across retries; its name is the body's <c>type</c>.
/// </summary>
internal sealed class WebhookCall(SandboxState state, string name) : Call(state, PlatformName, name)
{
    public const string PlatformName = "webhook";

    private const int ToleranceSeconds = 5 * 60;

    private string id = "";
    private string timestamp = "";
    private string signatures = "";
    private byte[] content = [];

    public override Task Understand(HttpRequest request, byte[] body)
    {
        content = body;
        id = request.Headers["webhook-id"].ToString();
        timestamp = request.Headers["webhook-timestamp"].ToString();
        // Joined by a space, as a sender may put each signature into a header of its own.
        signatures = string.Join(' ', request.Headers["webhook-signature"].AsEnumerable());
        var type = StrictJson.TryParse(body, out var json) && json.ValueKind == JsonValueKind.Object ? json.Text("type") : null;
        Events = [new(id.Length > 0 ? id : null, type ?? "")];
        return Task.CompletedTask;
    }

    public override Answer Judge()
    {
        foreach (var (header, value) in new[] { ("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signatures) })
        {
            if (value.Length == 0) Findings.Add(new(WebhookRules.Headers, header, "missing"));
        }
        if (id.Contains('.')) Findings.Add(new(WebhookRules.Id, "webhook-id", "must not contain a dot"));
        // Bounded first, so that an absurd number cannot overflow the difference.
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > int.MaxValue * 100L)
            Findings.Add(new(WebhookRules.Timestamp, "webhook-timestamp", "expected unix time in seconds"));
        else if (Math.Abs(At.ToUnixTimeSeconds() - seconds) > ToleranceSeconds)
            Findings.Add(new(WebhookRules.Timestamp, "webhook-timestamp", "more than 5 minutes from now"));
        if (!StandardWebhooks.Verify(State.WebhookKey(Name), id, timestamp, content, signatures))
            Findings.Add(new(WebhookRules.Signature, "webhook-signature", "no v1 signature matches id, timestamp and body"));

        return Findings.Refusal is { } violation ? Refuse(401, $"{violation.Field}: {violation.Message}") : new Answer(204);
    }

    public override Answer InTrouble(Fault fault) => fault.Kind switch
    {
        FaultKind.Throttle => Refuse(429, "too many requests") with { RetryAfterSeconds = fault.RetryAfterSeconds },
        FaultKind.Unauthorised => Refuse(401, "unauthorised"),
        _ => Refuse(fault.Status, "out of order"),
    };

    private static Answer Refuse(int status, string why) => new(status, new JsonObject { ["error"] = why }.ToJsonString());
}
