using System.Text;
using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;

namespace Signalbox.Simulation;

/// <summary>Holds what must be true against what the stores and receivers say, after every commit and at the end of a run.</summary>
internal sealed class Invariants(
    World world, Stores stores, IConfigurationSource configuration, IReadOnlyDictionary<string, Receiver> receivers, IReadOnlyDictionary<string, ConversionEvent> sent)
{
    // A healthy destination waits for a sweep, a lease and slow stores, and never for its neighbours.
    private static readonly TimeSpan LongestHealthyDelay = TimeSpan.FromSeconds(75);

    private readonly HashSet<UInt128> accepted = [];
    private readonly Dictionary<string, string> acknowledged = [];
    private readonly HashSet<string> acknowledgedIds = [];
    private readonly Dictionary<string, (long Seq, DateTimeOffset At, EventHeader Header, ConversionEvent Event)> journal = [];
    private readonly Dictionary<string, HashSet<string>> touched = [];
    private readonly Ledger ledger = new(stores.Journal, stores.Destinations, configuration, world);
    private readonly EventIds ids = new(configuration.Current.Containers.Single().DigestKey);
    private long seen;

    public ulong Trace { get; private set; } = 14695981039346656037;

    public bool HasFailed { get; private set; }

    private int Container => configuration.Current.Containers.Single().Number;

    public void Touch(string visitor, Dictionary<Identifier, string> identifiers)
    {
        if (!touched.TryGetValue(visitor, out var values)) touched.Add(visitor, values = []);
        values.UnionWith(identifiers.Values);
    }

    /// <summary>I1: what is acknowledged is in the journal by then. I2: one id is one event, whoever acknowledges it.</summary>
    public void Acknowledge(ConversionEvent e, Acceptance answer)
    {
        Note($"{e.EventId} {answer.Status} {answer.Id}");
        if (answer.Status == AcceptStatus.Unavailable) return;
        Check(journal.ContainsKey(answer.Id), $"I1: {answer.Id} was acknowledged and is not in the journal");
        acknowledgedIds.Add(answer.Id);
        if (e.EventId is null)
        {
            Check(answer.Status == AcceptStatus.Accepted, "I2: an event without an id of its own was called a duplicate");
            return;
        }
        if (acknowledged.TryAdd(e.EventId, answer.Id)) return;
        Check(acknowledged[e.EventId] == answer.Id, $"I2: {e.EventId} was acknowledged as {acknowledged[e.EventId]} and as {answer.Id}");
    }

    public void AfterCommit()
    {
        ReadJournal();
        var lines = Result(ledger.Read());
        foreach (var line in lines) Check(line.Balances, $"I3: the ledger does not balance: {line}");
        IsAtRest = lines.All(line => line.Waiting == 0 && line.Parked == 0);
    }

    /// <summary>Whether, as of the last commit, nothing waits anywhere.</summary>
    public bool IsAtRest { get; private set; }

    public void CheckEnd()
    {
        AfterCommit();
        foreach (var id in acknowledgedIds) Check(journal.ContainsKey(id), $"I1: {id} is gone");
        var lines = Result(ledger.Read());
        Check(lines.Count == receivers.Count, "I3: a destination is missing from the ledger");
        foreach (var line in lines)
        {
            var routed = journal.Values.Where(entry => entry.Header.Routes.Contains(new Route(NumberOf(line.Destination), RouteDecision.Queued))).ToList();
            var bad = routed.Count(entry => IsBad(entry.Event.EventId));
            Check(line.Delivered == routed.Count - bad, $"I1: {routed.Count - bad} events should be delivered: {line}");
            Check(line.Rejected == bad, $"I7: {bad} events should be rejected: {line}");
            var taken = receivers[line.Destination].Taken;
            foreach (var (seq, _, _, e) in routed)
            {
                var id = e.EventId ?? ids.Make(seq);
                Check(IsBad(id) || taken.ContainsKey(id), $"I1: {id} never reached {line.Destination}");
            }
        }
        foreach (var (seq, at, _, e) in journal.Values)
        {
            if (!receivers["healthy"].Taken.TryGetValue(e.EventId ?? ids.Make(seq), out var times)) continue;
            Check(times[0] - at < LongestHealthyDelay, $"I7: {e.EventId} reached the healthy destination after {times[0] - at}");
        }
        Check(Excess("batches", "twin") <= 10 + 1e-6, $"I4: {Excess("batches", "twin")} events above the rate of a shared pixel");
        Check(Excess("singles") <= 1 + 1e-6, $"I4: singles exceed their rate by {Excess("singles")}");
        Check(Excess("healthy") <= 20 + 1e-6, $"I4: healthy exceeds its rate by {Excess("healthy")}");
        foreach (var (name, receiver) in receivers) Note($"{name} {receiver.Calls.Count} {receiver.Taken.Count}");
        Note($"{world.Steps} {world.Elapsed}");
    }

    public void Check(bool holds, string otherwise)
    {
        if (holds) return;
        HasFailed = true;
        throw new InvariantException($"{otherwise} (at {world.Elapsed}, step {world.Steps})");
    }

    private void ReadJournal()
    {
        foreach (var record in Result(stores.Journal.Read(Container, seen, int.MaxValue)))
        {
            Check(record.FirstSeq == seen + 1, "I1: the journal has a gap");
            Check(!Encoding.UTF8.GetString(record.Body.Span).Contains("@example", StringComparison.Ordinal), "I6: a raw email is in the journal");
            var entries = RecordCodec.Decode(record.Headers.Span);
            for (var index = 0; index < record.Count; index++)
            {
                var (header, offset, length) = entries[index];
                var e = EventCodec.Decode(record.Body.Slice(offset, length));
                Check(!header.Deduplicates || accepted.Add(header.Digest), $"I2: {e.EventId} was accepted twice");
                CheckJoin(e);
                journal.Add(ids.Make(record.FirstSeq + index), (record.FirstSeq + index, record.Time, header, e));
            }
            Note($"{record.FirstSeq} {record.Count} {record.Time:O}");
            seen = record.LastSeq;
        }
    }

    /// <summary>I5: what the request said stands; what it did not say comes from its visitor, or from nowhere.</summary>
    private void CheckJoin(ConversionEvent e)
    {
        var asSent = e.EventId is null ? null : sent.GetValueOrDefault(e.EventId);
        foreach (var (kind, origin, value) in e.Identifiers)
        {
            if (origin == Origin.Visitor)
            {
                var visitor = e.Identifiers[Identifier.VisitorId];
                Check(visitor is not null && touched[visitor].Contains(value), $"I5: {kind} of {e.EventId} is no value of its visitor");
                Check(asSent?.Identifiers[kind] is null, $"I5: {kind} of {e.EventId} was explicit");
            }
            else if (asSent is not null)
            {
                Check(asSent.Identifiers[kind] == value, $"I5: {kind} of {e.EventId} is not what was sent");
            }
        }
    }

    private double Excess(params string[] sharing)
    {
        var rate = configuration.Current.Containers.Single().Destinations.Single(destination => destination.Id == sharing[0]).Limits.EventsPerSecond;
        return Receiver.WorstExcess(sharing.Select(name => receivers[name]), rate);
    }

    private int NumberOf(string destination) => configuration.Current.Containers.Single().Destinations.Single(one => one.Id == destination).Number;

    private static bool IsBad(string? id) =>
        id is not null && (id.StartsWith("poison", StringComparison.Ordinal) || id.StartsWith("unfit", StringComparison.Ordinal) || id.StartsWith("unencodable", StringComparison.Ordinal));

    private void Note(string what)
    {
        foreach (var letter in what) Trace = (Trace ^ letter) * 1099511628211;
    }

    // The stores behind the faulty ones answer at once.
    private static T Result<T>(Task<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("the memory store did not answer at once");
}

internal sealed class InvariantException(string message) : Exception(message);
