using System.Buffers;
using System.Globalization;
using System.Text;

namespace Signalbox.Bench.Ingest;

/// <summary>
/// Stands in for Meta: counts a call's events and says that they were received. It judges nothing, so that it takes little of the machine that is measured.
/// </summary>
internal static class Sink
{
    public const string Role = "sink";

    public static Task<int> Run() => PlainServer.Run("/{version}/{pixel}/events", Answer);

    private static async Task Answer(HttpContext http)
    {
        var body = ArrayPool<byte>.Shared.Rent((int)(http.Request.ContentLength ?? 0));
        await http.Request.Body.ReadExactlyAsync(body.AsMemory(0, (int)(http.Request.ContentLength ?? 0)));
        var count = body.AsSpan(0, (int)(http.Request.ContentLength ?? 0)).Count("\"event_time\""u8);
        ArrayPool<byte>.Shared.Return(body);
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"events_received":{{count}},"messages":[]}""")));
    }
}
