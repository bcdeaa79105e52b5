using System.Globalization;

namespace Signalbox.Sandbox.Arrivals;

/// <summary>
/// One emulated pixel or webhook: counters, accepted events, and when how many events came. Each has its own lock, held only
/// for memory work.
/// </summary>
internal sealed class Receiver(string platform, string name)
{
    private readonly Lock gate = new();
    private readonly EventLog events = new();
    private readonly List<Arrival> arrivals = [];
    private readonly SortedDictionary<string, long> statuses = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> violations = new(StringComparer.Ordinal);
    private long requests;
    private long accepted;
    private long duplicates;

    public string Platform { get; } = platform;

    public string Name { get; } = name;

    /// <summary>Takes all events of one request.</summary>
    public void Accept(IReadOnlyList<SentEvent> sent, long atMs, long request)
    {
        var digests = new UInt128?[sent.Count];
        for (var i = 0; i < sent.Count; i++) digests[i] = EventLog.Digest(sent[i]);
        lock (gate)
        {
            for (var i = 0; i < sent.Count; i++)
            {
                if (events.Add(sent[i], digests[i], atMs, request) > 1) duplicates++;
            }
            accepted += sent.Count;
        }
    }

    /// <summary>Counts a request and its events' arrival, whatever it was answered: a rate limit counts refused calls too.</summary>
    public void Count(RecordedRequest request)
    {
        lock (gate)
        {
            requests++;
            var status = request.Answer?.Status.ToString(CultureInfo.InvariantCulture) ?? "cut";
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
            foreach (var violation in request.Violations)
                violations[violation.Rule.Name] = violations.GetValueOrDefault(violation.Rule.Name) + 1;
            if (request.EventCount > 0) arrivals.Add(new Arrival(request.AtMs, request.EventCount));
        }
    }

    public Arrival[] Arrivals()
    {
        lock (gate) return [.. arrivals];
    }

    public (EventLog.ChunkView[] Chunks, string[] Names) Events()
    {
        lock (gate) return events.Snapshot();
    }

    public object Stats()
    {
        lock (gate)
        {
            return new
            {
                Platform,
                Pixel = Name,
                Requests = requests,
                EventsAccepted = accepted,
                DistinctEventIds = events.DistinctIds,
                Duplicates = duplicates,
                ByStatus = new SortedDictionary<string, long>(statuses, StringComparer.Ordinal),
                Violations = new SortedDictionary<string, long>(violations, StringComparer.Ordinal),
            };
        }
    }
}

/// <summary>So many events came in one request at this time.</summary>
internal readonly record struct Arrival(long AtMs, int Events);
