using Signalbox.Api.Dialects;

namespace Signalbox.Api.Hosting;

/// <summary>Asks callers to come again as long as a cluster has no configuration: their keys are not wrong, only not known yet.</summary>
internal sealed class NothingApplied(RequestDelegate next, CurrentConfiguration configuration)
{
    public const string Problem = "no configuration has been applied yet";

    public Task InvokeAsync(HttpContext http) => configuration.IsThere || !HttpMethods.IsPost(http.Request.Method)
        ? next(http)
        : DetailAnswer.WriteRetry(http, StatusCodes.Status503ServiceUnavailable, $"This cluster cannot take events: {Problem}", DetailAnswer.RetrySoon);
}
