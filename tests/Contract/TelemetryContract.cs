using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Signalbox.Contract.Harness;
using Signalbox.Core.Containers;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;
using Signalbox.Core.Telemetry;
using Signalbox.Core.Visitors;
using Signalbox.Core.Workspaces;
using Span = System.Diagnostics.Activity;

namespace Signalbox.Contract;

/// <summary>What an operator sees of an event's way is the same on every engine, whichever processes it leads through.</summary>
public abstract class TelemetryContract(StartEngine start)
{
    [Fact]
    public async Task One_events_trace_is_whole_whatever_process_its_request_came_to()
    {
        var ended = new ConcurrentQueue<Span>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Traces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var shop = await Shop.Open(start);
        foreach (var actors in shop.Engine.Doors)
        {
            var caller = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
            var door = new Door(actors, shop.Stores.Visitors, shop.Time, lost => Assert.Fail($"a call was lost: {lost}"));
            using (Traces.Request("POST", "/", caller))
            {
                var e = new ConversionEvent { Name = "lead", SentName = "lead", Dialect = "test", Time = shop.Time.GetUtcNow() };
                Assert.Equal(AcceptStatus.Accepted, (await Shop.InTime(door.Accept(shop.Container, [e], CancellationToken.None))).Single().Acceptance.Status);
            }
            await shop.PassUntilDelivered();

            var spans = ended.Where(span => span.TraceId == caller.TraceId).ToDictionary(span => span.OperationName);
            Assert.Equal(["POST /", "container accept", "deliver", "door", "journal append"], spans.Keys.Order(StringComparer.Ordinal));
            string[][] ways = [["POST /", "door", "container accept", "journal append"], ["door", "deliver"]];
            foreach (var (above, below) in ways.SelectMany(way => way.Zip(way.Skip(1)))) Assert.Equal(spans[above].SpanId, spans[below].ParentSpanId);
        }
    }

    [Fact]
    public async Task Calls_to_actors_are_measured_by_type()
    {
        var measured = new ConcurrentBag<(string? Actor, string? Call, string? Outcome)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ActorCall.MeterName) listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            var named = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value as string);
            measured.Add((named["actor"], named["call"], named["outcome"]));
        });
        listener.Start();
        await using var shop = await Shop.Open(start);
        var door = shop.Engine.Doors[^1];
        await shop.AcceptAt(door, "order-1");
        await shop.PassUntilDelivered();
        await Shop.InTime(door.Visitor(new VisitorKey(shop.Container.Number, "v")).Merge(new VisitorTouch(shop.Time.GetUtcNow(), new Dictionary<Identifier, string>(), null, null)));
        await Shop.InTime(door.Workspace("acme").Grant(1, needed: 1, ahead: 0));

        Assert.Subset(
            measured.ToHashSet(),
            new HashSet<(string?, string?, string?)> { ("container", "accept", "ok"), ("destination", "offer", "ok"), ("visitor", "merge", "ok"), ("workspace", "grant", "ok") });
    }

    [Theory]
    [InlineData(5)]
    [InlineData(300)]
    public async Task A_workspaces_limit_is_one_for_all_processes_and_exactly_that_many_pass(int limit)
    {
        await using var shop = await Shop.Open(start);
        var doors = shop.Engine.Doors.Select(actors => new Quotas(actors.Workspace, shop.Time, lost => Assert.Fail($"a call was lost: {lost}"))).ToList();
        var workspace = shop.Current.Workspaces.Single() with { RateLimitPerMinute = limit };
        for (var request = 0; request < limit; request++)
            Assert.True((await doors[request % doors.Count].Take(workspace)).IsAllowed, $"request {request + 1} of {limit} was refused");
        foreach (var door in doors) Assert.False((await door.Take(workspace)).IsAllowed);

        await shop.Time.Pass(TimeSpan.FromMinutes(1));
        foreach (var door in doors) Assert.True((await door.Take(workspace)).IsAllowed);
    }
}
