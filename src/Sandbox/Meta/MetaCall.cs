using System.Text.Json;
using Signalbox.Sandbox.Faults;
using Signalbox.Sandbox.Rules;

namespace Signalbox.Sandbox.Meta;

/// <summary>
/// <c>POST /{version}/{pixel}/events</c> of the Meta Conversions API. All or nothing: one bad event refuses the whole request.
/// Rules and answers: Meta's server-event and error pages and its SDKs, see each rule.
/// </summary>
internal sealed class MetaCall(SandboxState state, string version, string pixel) : Call(state, PlatformName, pixel)
{
    public const string PlatformName = "meta";

    private JsonElement[] events = [];
    private string? bodyError;
    private string? token;

    public override async Task Understand(HttpRequest request, byte[] body)
    {
        var content = await MetaBody.Read(request, body);
        (events, bodyError) = (content.Events, content.Error);
        token = NonEmpty(request.Query["access_token"]) ?? NonEmpty(content.Token) ?? Bearer(request.Headers.Authorization);
        Events = [.. events.Select(MetaBody.Identify)];
    }

    public override Answer Judge()
    {
        if (Refused(MetaPath.Check(version, Name)) is { } path) return path;
        if (Refused(MetaPath.CheckToken(State.Options.MetaTokens, token, Name)) is { } auth) return auth;
        if (bodyError is not null) return MetaAnswers.Invalid(Number, bodyError);

        if (events.Length == 0) Findings.Add(new(MetaRules.BatchNotEmpty, "data", "must hold at least one event"));
        if (events.Length > MetaRules.MostEvents)
            Findings.Add(new(MetaRules.BatchSize, "data", $"holds {events.Length} events; at most {MetaRules.MostEvents} are allowed"));
        for (var i = 0; i < events.Length; i++) new MetaEventCheck($"data[{i}]", events[i], At, Findings).Run();

        return Findings.Refusal is { } violation
            ? MetaAnswers.Invalid(Number, $"{violation.Field}: {violation.Message}", violation.Subcode, violation.Title)
            : MetaAnswers.Received(Number, events.Length);
    }

    public override Answer InTrouble(Fault fault) => fault.Kind switch
    {
        FaultKind.Throttle => MetaAnswers.Throttled(Number, fault.Code, fault.RetryAfterSeconds),
        FaultKind.Unauthorised => MetaAnswers.TokenRefused(Number, MetaAnswers.Revoked),
        _ => MetaAnswers.Broken(Number, fault.Status),
    };

    private Answer? Refused((Violation Violation, Func<long, Answer> Answer)? problem)
    {
        if (problem is not { } found) return null;
        Findings.Add(found.Violation);
        return Findings.Refusal is null ? null : found.Answer(Number);
    }

    private static string? Bearer(string? authorization) =>
        authorization is not null && authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? NonEmpty(authorization[7..].Trim()) : null;

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
