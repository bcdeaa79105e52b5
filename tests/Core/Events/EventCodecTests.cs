using System.Diagnostics;
using Signalbox.Core.Events;

namespace Signalbox.Core.Tests.Events;

public sealed class EventCodecTests
{
    [Fact]
    public void An_event_with_everything_comes_back_as_it_went()
    {
        var e = new ConversionEvent
        {
            EventId = "order-1",
            Name = "purchase",
            SentName = "Order Completed",
            Dialect = "signals",
            Category = "conversion",
            Time = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123),
            ActionSource = ActionSource.PhysicalStore,
            Url = "https://shop.example/danke?größe=xl",
            Referrer = "https://search.example/",
            Value = 79228162514264337593543950335m,
            Currency = "EUR",
            OrderId = "1",
            SearchString = "hüte",
            ContentName = "Hat",
            ContentCategory = "Hats",
            ContentType = "product",
            NumItems = -3,
            Consent = ["marketing", "analytics"],
            Properties = """{"color":"red"}"""u8.ToArray(),
        };
        e.Products.Add(new Product("sku1", "Hat", "Hats", "Acme", 12.34m, 2));
        e.Products.Add(new Product("sku2"));
        e.Identifiers.TryAdd(Identifier.Fbp, "fb.1.1.2", Origin.Visitor);
        e.Identifiers.TryAdd(Identifier.UserAgent, new string('ü', 3000), Origin.Explicit);
        e.Notes.Add("currency was lower case");

        var back = EventCodec.Decode(EventCodec.Encode(e));

        Assert.Equivalent(new { e.EventId, e.Name, e.SentName, e.Dialect, e.Category, e.Time, e.ActionSource, e.Url, e.Referrer }, back);
        Assert.Equivalent(new { e.Value, e.Currency, e.OrderId, e.SearchString, e.ContentName, e.ContentCategory, e.ContentType, e.NumItems }, back);
        Assert.Equal(e.Consent, back.Consent);
        Assert.Equal(e.Products, back.Products);
        Assert.Equal(e.Identifiers, back.Identifiers);
        Assert.Equal(e.Notes, back.Notes);
        Assert.Equal(e.Properties.ToArray(), back.Properties.ToArray());
    }

    [Fact]
    public void What_is_absent_stays_absent_and_an_empty_consent_is_not_silence()
    {
        var silent = EventCodec.Decode(EventCodec.Encode(new ConversionEvent { Name = "lead", SentName = "lead", Dialect = "signals" }));
        Assert.Null(silent.EventId);
        Assert.Null(silent.Value);
        Assert.Null(silent.ActionSource);
        Assert.Null(silent.Consent);
        Assert.True(silent.Properties.IsEmpty);
        var refusing = EventCodec.Decode(EventCodec.Encode(new ConversionEvent { Name = "lead", SentName = "lead", Dialect = "signals", Consent = [] }));
        Assert.Empty(refusing.Consent!);
    }

    [Fact]
    public void A_recorded_requests_span_travels_in_26_bytes_that_other_events_do_not_have()
    {
        var plain = new ConversionEvent { Name = "lead", SentName = "lead", Dialect = "signals" };
        var traced = new ConversionEvent { Name = "lead", SentName = "lead", Dialect = "signals", Trace = NewTrace() };
        var bytes = EventCodec.Encode(traced);
        Assert.Equal(EventCodec.Encode(plain).Length + 26, bytes.Length);
        foreach (var trace in new[] { EventCodec.Decode(bytes).Trace, EventCodec.TraceOf(bytes) })
            Assert.Equal((traced.Trace.TraceId, traced.Trace.SpanId, ActivityTraceFlags.Recorded), (trace.TraceId, trace.SpanId, trace.TraceFlags));
        Assert.Equal(default, EventCodec.TraceOf(EventCodec.Encode(plain)));
    }

    [Fact]
    public void A_reader_skips_fields_that_a_newer_writer_added_and_refuses_another_format()
    {
        var bytes = EventCodec.Encode(new ConversionEvent { Name = "lead", SentName = "lead", Dialect = "signals" });
        Assert.Equal("lead", EventCodec.Decode((byte[])[.. bytes, 200, 3, 1, 2, 3]).Name);
        bytes[0] = 99;
        Assert.Throws<InvalidDataException>(() => EventCodec.Decode(bytes));
    }

    private static ActivityContext NewTrace() => new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
}
