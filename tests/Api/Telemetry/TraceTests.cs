using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Signalbox.Core.Ports;

namespace Signalbox.Api.Tests.Telemetry;

[Collection(nameof(Telemetry))]
public sealed class TraceTests
{
    private static readonly JsonObject OneMetaDestination = new()
    {
        ["workspaces"] = JsonNode.Parse($$"""
            [{
              "id": "acme", "plan": "pro", "keys": [{ "name": "all", "key": "{{ApiHost.Key}}" }],
              "containers": [{
                "id": "shop",
                "destinations": [{ "id": "pixel", "platform": "meta", "settings": { "pixelId": "1234567890", "accessToken": "token" }, "limits": { "maxDelayMs": 5000 } }]
              }]
            }]
            """),
    };

    [Fact]
    public async Task One_events_trace_leads_from_the_request_to_the_platforms()
    {
        using var recorder = new Recorder();
        await using var api = await ApiHost.Start();
        var caller = Recorder.NewCaller();
        var reply = await Send(api, caller, ApiHost.Event(("event_id", "order-1"), ("consent", new JsonObject { ["granted"] = new JsonArray("marketing") })));
        Assert.Equal(201, reply.Status);
        await PassTimeUntil(api, () => recorder.Of(caller).Count(span => span.OperationName == "deliver") == 2);

        var spans = recorder.Of(caller);
        var request = Assert.Single(spans, span => span.OperationName == "POST /api/v1/events");
        var door = Assert.Single(spans, span => span.OperationName == "door");
        var accept = Assert.Single(spans, span => span.OperationName == "container accept");
        var append = Assert.Single(spans, span => span.OperationName == "journal append");
        var deliveries = spans.Where(span => span.OperationName == "deliver").OrderBy(span => span.GetTagItem("signalbox.destination") as string).ToList();

        Assert.Equal(6, spans.Count);
        Assert.Equal((ActivityKind.Server, caller.SpanId), (request.Kind, request.ParentSpanId));
        Assert.Equal(request.SpanId, door.ParentSpanId);
        Assert.Equal(door.SpanId, accept.ParentSpanId);
        Assert.Equal(accept.SpanId, append.ParentSpanId);
        Assert.All(deliveries, delivery => Assert.Equal((ActivityKind.Client, door.SpanId), (delivery.Kind, delivery.ParentSpanId)));

        Assert.Equal([("http.request.method", "POST"), ("http.route", "/api/v1/events"), ("http.response.status_code", 201)], Tags(request));
        Assert.Equal(
            [("signalbox.container", "shop"), ("signalbox.events", 1), ("signalbox.event", (string)reply.Json["id"]!), ("signalbox.outcome", "accepted")], Tags(door));
        Assert.Equal([("signalbox.container", "shop"), ("signalbox.events", 1)], Tags(accept));
        Assert.Equal([("signalbox.container", "shop"), ("signalbox.events", 1), ("signalbox.first_seq", 1L)], Tags(append));
        Assert.Equal(["marketing", "warehouse"], deliveries.Select(delivery => delivery.GetTagItem("signalbox.destination")));
        Assert.Equal(
            [
                ("signalbox.container", "shop"), ("signalbox.destination", "marketing"), ("signalbox.platform", "webhook"), ("signalbox.events", 1),
                ("signalbox.first_seq", 1L), ("signalbox.attempt", 1), ("http.response.status_code", 204), ("signalbox.outcome", "delivered"),
            ],
            Tags(deliveries[0]));
    }

    [Fact]
    public async Task I6_no_platform_sees_the_trace_and_no_span_anything_of_the_caller()
    {
        using var recorder = new Recorder();
        await using var api = await ApiHost.Start();
        var caller = Recorder.NewCaller();
        var e = ApiHost.Event(("event_id", "order-4711"), ("user_data", new JsonObject { ["email"] = "jane.doe@example.com", ["visitor_id"] = "visitor-4711" }));
        await Send(api, caller, e);
        await PassTimeUntil(api, () => !api.Sender.Requests.IsEmpty);
        await PassTimeUntil(api, () => recorder.Of(caller).Count == 5);

        foreach (var request in api.Sender.Requests)
        {
            Assert.DoesNotContain(caller.TraceId.ToString(), Encoding.UTF8.GetString(request.Body.Span));
            Assert.All(request.Headers, header => Assert.DoesNotContain("trace", header.Key, StringComparison.OrdinalIgnoreCase));
        }
        var words = string.Join('\n', recorder.Of(caller).SelectMany(span => span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Append(span.DisplayName)));
        foreach (var secret in new[] { "4711", "jane", "example.com", ApiHost.Key, "198.51" }) Assert.DoesNotContain(secret, words, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_call_with_events_of_several_requests_goes_on_with_the_firsts_trace_and_links_to_the_others_and_not_to_too_many()
    {
        using var recorder = new Recorder();
        await using var api = await ApiHost.Start(OneMetaDestination);
        api.Sender.Answer = new PlatformAnswer.Answered(400, null, "{}"u8.ToArray());
        var callers = Enumerable.Range(0, 40).Select(_ => Recorder.NewCaller()).ToList();
        foreach (var caller in callers)
        {
            var lead = ApiHost.Event(("event_name", "Lead"), ("user_data", new JsonObject { ["email"] = "jane.doe@example.com" }));
            Assert.Equal(201, (await Send(api, caller, lead)).Status);
        }
        await PassTimeUntil(api, () => recorder.Of(callers[0]).Any(span => span.OperationName == "deliver"));

        var delivery = recorder.Of(callers[0]).First(span => span.OperationName == "deliver");
        var doors = callers.Select(caller => recorder.Of(caller).Single(span => span.OperationName == "door").SpanId).ToList();

        // On a machine that is late, what has arrived by then goes.
        var count = (int)delivery.GetTagItem("signalbox.events")!;
        Assert.InRange(count, 2, 40);
        Assert.Equal(ActivityStatusCode.Error, delivery.Status);
        Assert.Equal(doors[0], delivery.ParentSpanId);
        Assert.Equal(doors.Take(count).Skip(1).Take(32), delivery.Links.Select(link => link.Context.SpanId));
    }

    [Fact]
    public async Task Where_the_caller_does_not_record_there_are_no_spans_and_neighbours_are_not_drawn_in()
    {
        using var recorder = new Recorder();
        await using var api = await ApiHost.Start();
        var (silent, recorded) = (Recorder.NewCaller(isRecorded: false), Recorder.NewCaller());
        await Task.WhenAll(Enumerable.Range(0, 20).SelectMany(_ => new[] { Send(api, silent, ApiHost.Event()), Send(api, recorded, ApiHost.Event()) }));
        await PassTimeUntil(api, () => recorder.Of(recorded).Count(span => span.OperationName == "deliver") == 20);

        Assert.Empty(recorder.Of(silent));
        Assert.Equal(20, recorder.Of(recorded).Count(span => span.OperationName == "door"));
    }

    [Fact]
    public async Task What_the_callers_header_says_wrongly_is_no_fault()
    {
        using var recorder = new Recorder();
        await using var api = await ApiHost.Start();
        using var request = Request(ApiHost.Event(), "00-not-a-trace-01");
        Assert.Equal(201, (await Reply.Read(await api.Http.SendAsync(request))).Status);
    }

    [Fact]
    public async Task A_browsers_request_has_a_span_too()
    {
        using var recorder = new Recorder();
        await using var api = await ApiHost.Start();
        var caller = Recorder.NewCaller();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/collect") { Content = new StringContent("""{ "site_key": "site_shop", "visitor_id": "v-1" }""") };
        request.Headers.Add("traceparent", Recorder.TraceParent(caller));
        Assert.Equal(200, (await Reply.Read(await api.Http.SendAsync(request))).Status);
        Assert.Equal("POST /collect", Assert.Single(recorder.Of(caller)).OperationName);
    }

    private static Task PassTimeUntil(ApiHost api, Func<bool> happened) => api.PassTimeUntil(async () =>
    {
        // While it answers, the others of the process get their turn.
        await api.Get("/health/live");
        return happened();
    });

    private static async Task<Reply> Send(ApiHost api, ActivityContext caller, JsonObject e)
    {
        using var request = Request(e, Recorder.TraceParent(caller));
        return await Reply.Read(await api.Http.SendAsync(request));
    }

    private static HttpRequestMessage Request(JsonObject e, string traceParent)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/events") { Content = new StringContent(e.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Add("X-API-Key", ApiHost.Key);
        request.Headers.Add("traceparent", traceParent);
        return request;
    }

    private static IEnumerable<(string, object?)> Tags(Activity span) => span.TagObjects.Select(tag => (tag.Key, tag.Value));
}
