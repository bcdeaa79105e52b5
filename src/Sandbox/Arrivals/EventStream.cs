using System.Text.Json;

namespace Signalbox.Sandbox.Arrivals;

/// <summary>Writes accepted events as one JSON object per line, chunk by chunk, so that millions need no memory.</summary>
internal static class EventStream
{
    public static async Task Write(HttpResponse response, IEnumerable<Receiver> receivers, CancellationToken aborted)
    {
        response.ContentType = "application/x-ndjson";
        using var json = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { SkipValidation = true });
        foreach (var receiver in receivers)
        {
            var (chunks, names) = receiver.Events();
            foreach (var chunk in chunks)
            {
                WriteChunk(response, json, chunk, names);
                await response.BodyWriter.FlushAsync(aborted);
            }
        }
    }

    private static void WriteChunk(HttpResponse response, Utf8JsonWriter json, EventLog.ChunkView chunk, string[] names)
    {
        var idStart = 0;
        foreach (var entry in chunk.Entries.AsSpan(0, chunk.Count))
        {
            json.WriteStartObject();
            if (entry.HasId) json.WriteString("event_id"u8, chunk.Ids.AsSpan(idStart..entry.IdEnd));
            else json.WriteNull("event_id"u8);
            json.WriteString("event_name"u8, names[entry.Name]);
            json.WriteNumber("received_at_ms"u8, entry.AtMs);
            json.WriteString("request_id"u8, RecordedRequest.IdOf(entry.Request));
            json.WriteNumber("times_seen"u8, entry.Times);
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            response.BodyWriter.GetSpan(1)[0] = (byte)'\n';
            response.BodyWriter.Advance(1);
            idStart = entry.IdEnd;
        }
    }
}
