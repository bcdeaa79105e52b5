using Signalbox.Api.Dialects;

namespace Signalbox.Api.Hosting;

/// <summary>
/// Answers where no endpoint does: paths and methods that there are not, and bugs, which are logged without the exception's message, for that may
/// hold a caller's data.
/// </summary>
internal sealed class LastResort(RequestDelegate next, ILogger<LastResort> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, ContentLength: null })
                await AnswerNowhere(http);
        }
        catch (Exception bug) when (!http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted)
        {
            log.LogError("{Path} failed with {Exception}\n{Trace}", http.GetEndpoint()?.DisplayName, bug.GetType(), bug.StackTrace);
            http.Response.Clear();
            await DetailAnswer.Write(http, StatusCodes.Status500InternalServerError, "Something went wrong here; try again");
        }
    }

    private static Task AnswerNowhere(HttpContext http) => DetailAnswer.Write(
        http,
        http.Response.StatusCode,
        http.Response.StatusCode == StatusCodes.Status404NotFound
            ? "No such path; /openapi/v1.json lists what there is"
            : $"No such method here; expected {http.Response.Headers.Allow}");
}
