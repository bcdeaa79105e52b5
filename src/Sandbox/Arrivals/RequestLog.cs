namespace Signalbox.Sandbox.Arrivals;

/// <summary>The latest requests, bounded by number and by their bodies' bytes.</summary>
internal sealed class RequestLog(int most, long mostBytes)
{
    private readonly Lock gate = new();
    private readonly Queue<RecordedRequest> requests = new();
    private long bytes;

    public void Add(RecordedRequest request)
    {
        lock (gate)
        {
            requests.Enqueue(request);
            bytes += request.Body.Length;
            while (requests.Count > most || (bytes > mostBytes && requests.Count > 1)) bytes -= requests.Dequeue().Body.Length;
        }
    }

    /// <summary>The newest <paramref name="limit"/> matching requests, newest last.</summary>
    public RecordedRequest[] Latest(Func<RecordedRequest, bool> matches, int limit)
    {
        RecordedRequest[] all;
        lock (gate) all = [.. requests];
        return [.. all.Where(matches).TakeLast(limit)];
    }

    public void Clear()
    {
        lock (gate)
        {
            requests.Clear();
            bytes = 0;
        }
    }
}
