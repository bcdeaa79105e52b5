using Signalbox.Api.Dialects;

namespace Signalbox.Api.Hosting;

/// <summary>Tells an orchestrator whether to restart the process, and whether to send it requests.</summary>
internal sealed class HealthEndpoints(Readiness readiness, CurrentConfiguration configuration)
{
    public const string LivePath = "/health/live";
    public const string ReadyPath = "/health/ready";

    private static readonly byte[] Ok = "{\"status\":\"ok\"}"u8.ToArray();

    public Task Live(HttpContext http) => DetailAnswer.WriteJson(http, StatusCodes.Status200OK, Ok);

    public async Task Ready(HttpContext http)
    {
        var problem = configuration.IsThere ? await readiness.Check() : configuration.Warning ?? NothingApplied.Problem;
        if (problem is not null) await DetailAnswer.WriteRetry(http, StatusCodes.Status503ServiceUnavailable, problem, 1);
        else if (configuration.Warning is { } warning) await DetailAnswer.WriteJson(http, StatusCodes.Status200OK, OkBut(warning));
        else await DetailAnswer.WriteJson(http, StatusCodes.Status200OK, Ok);
    }

    private static byte[] OkBut(string warning)
    {
        var writer = ThreadJson.Start();
        writer.WriteString("status"u8, "ok"u8);
        writer.WriteString("warning"u8, warning);
        return ThreadJson.Finish();
    }
}
