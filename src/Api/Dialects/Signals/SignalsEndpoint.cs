using System.Globalization;
using Signalbox.Api.Hosting;
using Signalbox.Api.Metrics;
using Signalbox.Core.Containers;
using Signalbox.Core.Ports;
using Signalbox.Core.Scheduling;
using Signalbox.Core.Workspaces;

namespace Signalbox.Api.Dialects.Signals;

/// <summary>The Signals API: <c>POST /api/v1/events</c> with <c>X-API-Key</c>, one event a request.</summary>
internal sealed class SignalsEndpoint(
    IConfigurationSource configuration, Door door, Quotas quotas, RequestCounts counts, Readiness readiness, TimeProvider time)
{
    public const string Dialect = "signals";

    public const string KeyHeader = "X-API-Key";

    /// <summary>In bytes, inflated.</summary>
    public const int MaxEventBytes = 256 * 1024;

    private const string WantsJson = "Content-Type: expected application/json";

    /// <summary>A 2xx is written only after the event is durable (I1).</summary>
    /// <param name="secret">The key as the request shows it.</param>
    public async Task Handle(HttpContext http, string secret)
    {
        var current = configuration.Current;
        if (KeySecret.Find(current, secret) is not ({ } workspace, { } key))
        {
            await DetailAnswer.Write(http, StatusCodes.Status401Unauthorized, $"{KeyHeader}: no such key, or it was revoked");
            return;
        }
        var rate = await quotas.Take(workspace);
        RateLimitHeaders.Write(http.Response, rate);
        if (!rate.IsAllowed)
        {
            await DetailAnswer.WriteRetry(http, StatusCodes.Status429TooManyRequests, $"Rate limit exceeded: {rate.Limit} requests a minute", rate.RetryAfter);
            return;
        }
        if (!IsJson(http.Request.ContentType))
        {
            await DetailAnswer.Write(http, StatusCodes.Status400BadRequest, WantsJson);
            return;
        }

        SignalsRequest? request;
        string? fault;
        using (var body = await RequestBody.Read(http.Request, MaxEventBytes))
        {
            if (body.Fault != BodyFault.None)
            {
                await DetailAnswer.WriteBodyFault(http, body.Fault, MaxEventBytes);
                return;
            }
            request = SignalsParser.Parse(body.Bytes, time.GetUtcMilliseconds(), out fault);
        }
        if (request is null) await DetailAnswer.Write(http, StatusCodes.Status400BadRequest, fault!);
        else if (Refusal(current, workspace, key, request) is var (status, detail) && status != 0) await DetailAnswer.Write(http, status, detail);
        else await Accept(http, current.FindContainer(request.ContainerId)!, request);
    }

    private async Task Accept(HttpContext http, Container container, SignalsRequest request)
    {
        // The caller's leaving does not end the wait: the event is accepted all the same.
        var answer = readiness.IsReady ? (await door.Accept(container, [request.Event], CancellationToken.None))[0] : DoorAnswers.Unavailable;
        var acceptance = answer.Acceptance;
        counts.CountEvent(Dialect, ResultOf(acceptance.Status));
        if (acceptance.Status == AcceptStatus.Unavailable)
        {
            const string tryAgain = "The event could not be stored now; send it again with the same event_id";
            await DetailAnswer.WriteRetry(http, StatusCodes.Status503ServiceUnavailable, tryAgain, DetailAnswer.RetrySoon);
            return;
        }
        var isDuplicate = acceptance.Status == AcceptStatus.Duplicate;
        await DetailAnswer.WriteJson(
            http, isDuplicate ? StatusCodes.Status200OK : StatusCodes.Status201Created, Answer(request, acceptance, isDuplicate ? 0 : Queued(answer.Routes)));
    }

    /// <returns>Status 0 when the key may send this event to its container.</returns>
    private static (int Status, string Detail) Refusal(Configuration current, Workspace workspace, ApiKey key, SignalsRequest request)
    {
        if (!key.Scopes.Contains(ApiKey.IngestScope)) return (StatusCodes.Status403Forbidden, "API key has no scope to send events");
        if (current.FindContainer(request.ContainerId) is not { } container)
            return (StatusCodes.Status404NotFound, "Container not found or you don't have access to it");
        if (container.WorkspaceId != workspace.Id || key.Containers?.Contains(container.Id) == false)
            return (StatusCodes.Status403Forbidden, "API key doesn't have access to container");
        return KeyRights.AllowsEvent(key, request.EventName) ? default : (StatusCodes.Status403Forbidden, "event_name: not among the API key's event types");
    }

    private static byte[] Answer(SignalsRequest request, Acceptance acceptance, int queued)
    {
        var writer = ThreadJson.Start();
        writer.WriteString("id"u8, acceptance.Id);
        writer.WriteString("event_name"u8, request.EventName);
        writer.WriteString("event_type"u8, request.EventType);
        writer.WriteString("status"u8, "success"u8);
        writer.WriteNumber("webhooks_triggered"u8, queued);
        writer.WriteString("created_at"u8, acceptance.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WriteBoolean("is_duplicate"u8, acceptance.Status == AcceptStatus.Duplicate);
        return ThreadJson.Finish();
    }

    private static string ResultOf(AcceptStatus status) => status switch
    {
        AcceptStatus.Accepted => "accepted",
        AcceptStatus.Duplicate => "duplicate",
        _ => "unavailable",
    };

    private static int Queued(IReadOnlyList<Route> routes)
    {
        var queued = 0;
        foreach (var route in routes)
        {
            if (route.Decision == RouteDecision.Queued) queued++;
        }
        return queued;
    }

    private static bool IsJson(string? contentType)
    {
        var type = contentType.AsSpan();
        var semicolon = type.IndexOf(';');
        return (semicolon < 0 ? type : type[..semicolon]).Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);
    }
}
