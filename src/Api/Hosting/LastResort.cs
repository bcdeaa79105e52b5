using Signalbox.Api.Dialects;

namespace Signalbox.Api.Hosting;

/// <summary>Answers for a bug: a 500 in our form, and a log line without the exception's message, which may hold a caller's data.</summary>
internal sealed class LastResort(RequestDelegate next, ILogger<LastResort> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (Exception bug) when (!http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted)
        {
            log.LogError("{Path} failed with {Exception}\n{Trace}", http.GetEndpoint()?.DisplayName, bug.GetType(), bug.StackTrace);
            http.Response.Clear();
            await DetailAnswer.Write(http, StatusCodes.Status500InternalServerError, "Something went wrong here; try again");
        }
    }
}
