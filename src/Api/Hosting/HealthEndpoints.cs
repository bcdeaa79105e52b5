using Signalbox.Api.Dialects;

namespace Signalbox.Api.Hosting;

/// <summary>Tells an orchestrator whether to restart the process, and whether to send it requests.</summary>
internal sealed class HealthEndpoints(Readiness readiness)
{
    public const string LivePath = "/health/live";
    public const string ReadyPath = "/health/ready";

    private static readonly byte[] Ok = "{\"status\":\"ok\"}"u8.ToArray();

    public Task Live(HttpContext http) => DetailAnswer.WriteJson(http, StatusCodes.Status200OK, Ok);

    public async Task Ready(HttpContext http)
    {
        if (await readiness.Check() is { } problem) await DetailAnswer.WriteRetry(http, StatusCodes.Status503ServiceUnavailable, problem, 1);
        else await DetailAnswer.WriteJson(http, StatusCodes.Status200OK, Ok);
    }
}
