using Signalbox.Sandbox.Arrivals;
using Signalbox.Sandbox.Faults;

namespace Signalbox.Sandbox;

/// <summary>
/// Takes one call from its arrival to its answer. It is recorded before the answer is written, so whoever has an answer finds the
/// request in the log.
/// </summary>
internal static class Desk
{
    public static async Task Serve(HttpContext http, Call call)
    {
        byte[] body;
        try
        {
            body = await ReadBody(http.Request, http.RequestAborted);
        }
        catch (BadHttpRequestException e)
        {
            http.Response.StatusCode = e.StatusCode;
            return;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The sender went away within its body: nothing arrived.
            return;
        }
        await call.Understand(http.Request, body);

        var fault = call.State.Faults.Next(call.Platform, call.Name);
        var answer = await AnswerOf(call, fault, http.RequestAborted);
        Record(http.Request, call, body, fault, answer);

        if (answer is null) http.Abort();
        else await Write(http.Response, answer);
    }

    /// <summary>The answer, or null where the connection is to be cut.</summary>
    private static async Task<Answer?> AnswerOf(Call call, Fault? fault, CancellationToken aborted)
    {
        if (fault is null) return Process(call);
        var answer = fault.AfterProcessing ? Process(call) : null;
        if (fault.Kind == FaultKind.Cut) return null;
        if (fault.Kind != FaultKind.Slow) return call.InTrouble(fault);
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(fault.DelayMs), call.State.Time, aborted);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        return answer ?? Process(call);
    }

    private static Answer Process(Call call)
    {
        var answer = call.Judge();
        if (answer.Accepts) call.State.Receiver(call.Platform, call.Name).Accept(call.Events, call.At.ToUnixTimeMilliseconds(), call.Number);
        return answer;
    }

    private static void Record(HttpRequest request, Call call, byte[] body, Fault? fault, Answer? answer)
    {
        var recorded = new RecordedRequest(
            call.Number, call.At.ToUnixTimeMilliseconds(), call.Platform, call.Name, request.Method, Masking.Path(request),
            Masking.Headers(request.Headers), body, call.Events.Count, [.. call.Events.Select(e => e.Id)],
            fault?.Kind.ToString().ToLowerInvariant(), answer, call.Findings.All);
        call.State.Receiver(call.Platform, call.Name).Count(recorded);
        call.State.Requests.Add(recorded);
    }

    private static async Task<byte[]> ReadBody(HttpRequest request, CancellationToken aborted)
    {
        using var buffer = new MemoryStream((int)Math.Min(request.ContentLength ?? 0, 1024 * 1024));
        await request.Body.CopyToAsync(buffer, aborted);
        return buffer.ToArray();
    }

    private static async Task Write(HttpResponse response, Answer answer)
    {
        response.StatusCode = answer.Status;
        if (answer.RetryAfterSeconds is { } seconds) response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (answer.Body is null) return;
        response.ContentType = answer.ContentType;
        await response.WriteAsync(answer.Body, response.HttpContext.RequestAborted);
    }
}
