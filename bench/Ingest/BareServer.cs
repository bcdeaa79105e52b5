using System.Buffers;
using System.Text.Json;

namespace Signalbox.Bench.Ingest;

/// <summary>
/// What Signalbox is compared with: an endpoint that reads the body, goes over every token, reads every string and number, and answers 201 with
/// a body as long as Signalbox's. It keeps nothing.
/// </summary>
internal static class BareServer
{
    public const string Role = "bare-server";

    public static Task<int> Run(int answerBytes)
    {
        var answer = JsonSerializer.SerializeToUtf8Bytes(new { id = new string('x', answerBytes - """{"id":""}""".Length) });
        return PlainServer.Run(SignalboxServer.EventsPath, http => Answer(http, answer));
    }

    private static async Task Answer(HttpContext http, byte[] answer)
    {
        var reader = http.Request.BodyReader;
        var read = await reader.ReadAsync();
        while (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync();
        }
        var isEvent = Walk(read.Buffer);
        reader.AdvanceTo(read.Buffer.End);
        var response = http.Response;
        response.StatusCode = isEvent ? StatusCodes.Status201Created : StatusCodes.Status400BadRequest;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = answer.Length;
        await response.Body.WriteAsync(answer);
    }

    /// <returns>Whether there was an event name, so that nothing of the reading can be left out as unused.</returns>
    private static bool Walk(ReadOnlySequence<byte> body)
    {
        var json = new Utf8JsonReader(body);
        var (isEvent, sum) = (false, 0m);
        while (json.Read())
        {
            if (json.TokenType is JsonTokenType.PropertyName or JsonTokenType.String) isEvent |= json.GetString() == "event_name";
            else if (json.TokenType == JsonTokenType.Number) sum += json.GetDecimal();
        }
        return isEvent && sum >= 0;
    }
}
