using System.Globalization;
using Signalbox.Core.Containers;
using Signalbox.Core.Scheduling;

namespace Signalbox.Api.Dialects.Signals;

/// <summary>The Signals API: <c>POST /api/v1/events</c> with <c>X-API-Key</c>, one event a request.</summary>
internal sealed class SignalsEndpoint(Ingest ingest, TimeProvider time) : IDialect
{
    public const string Dialect = "signals";

    public const string KeyHeader = "X-API-Key";

    private const string WantsJson = "expected application/json";

    public string Name => Dialect;

    public Task Refuse(HttpContext http, Refusal refusal) => DetailAnswer.Write(http, refusal.Status, refusal.Text);

    /// <param name="secret">The key as the request shows it.</param>
    public async Task Handle(HttpContext http, string secret)
    {
        if (await ingest.Admit(http, this, KeyHeader, secret) is not { } caller) return;
        if (!IsJson(http.Request.ContentType))
        {
            await Refuse(http, new Refusal(StatusCodes.Status400BadRequest, "Content-Type", WantsJson));
            return;
        }

        SignalsRequest? request;
        string? fault;
        using (var body = await RequestBody.Read(http.Request, Ingest.MaxEventBytes))
        {
            if (body.Fault != BodyFault.None)
            {
                await Refuse(http, body.Refusal(Ingest.MaxEventBytes));
                return;
            }
            request = SignalsParser.Parse(body.Bytes, time.GetUtcMilliseconds(), out fault);
        }
        if (request is null) await Refuse(http, new Refusal(StatusCodes.Status400BadRequest, null, fault!));
        else if (Refusal(caller, request) is var (status, detail) && status != 0) await Refuse(http, new Refusal(status, null, detail));
        else await Accept(http, caller.Configuration.FindContainer(request.ContainerId)!, request);
    }

    private async Task Accept(HttpContext http, Container container, SignalsRequest request)
    {
        var answer = (await ingest.Accept(this, container, [request.Event]))[0];
        var acceptance = answer.Acceptance;
        if (acceptance.Status == AcceptStatus.Unavailable)
        {
            await Ingest.RefuseForNow(http, this, "The event could not be stored now; send it again with the same event_id");
            return;
        }
        var isDuplicate = acceptance.Status == AcceptStatus.Duplicate;
        await DetailAnswer.WriteJson(
            http, isDuplicate ? StatusCodes.Status200OK : StatusCodes.Status201Created, Answer(request, acceptance, isDuplicate ? 0 : Queued(answer.Routes)));
    }

    /// <returns>Status 0 when the key may send this event to its container.</returns>
    private static (int Status, string Detail) Refusal(Caller caller, SignalsRequest request)
    {
        if (caller.Configuration.FindContainer(request.ContainerId) is not { } container)
            return (StatusCodes.Status404NotFound, "Container not found or you don't have access to it");
        if (!caller.MayWriteTo(container)) return (StatusCodes.Status403Forbidden, "API key doesn't have access to container");
        return caller.MaySend(request.EventName) ? default : (StatusCodes.Status403Forbidden, "event_name: not among the API key's event types");
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
