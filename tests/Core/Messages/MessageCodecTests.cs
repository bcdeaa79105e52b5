using Signalbox.Core.Containers;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;
using Signalbox.Core.Visitors;
using Signalbox.Core.Workspaces;

namespace Signalbox.Core.Tests.Messages;

/// <summary>What actors in different processes say to each other arrives as it was said.</summary>
public sealed class MessageCodecTests
{
    private static readonly DateTimeOffset Time = new DateTimeOffset(2026, 10, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1234567);

    [Fact]
    public void Events_keep_their_headers_their_bytes_and_their_order()
    {
        NewEvent[] events =
        [
            new(new EventHeader(UInt128.MaxValue, true, -5, [new Route(1, RouteDecision.Queued), new Route(int.MaxValue, RouteDecision.Filtered)]), new byte[300]),
            new(new EventHeader(0, false, long.MaxValue, []), default),
            new(new EventHeader(7, true, 0, [new Route(2, RouteDecision.ConsentDenied)]), "bytes"u8.ToArray()),
        ];

        var back = NewEventsCodec.Decode(NewEventsCodec.Encode(events));

        Assert.Equal(events.Length, back.Length);
        foreach (var (sent, arrived) in events.Zip(back))
        {
            Assert.Equal((sent.Header.Digest, sent.Header.Deduplicates, sent.Header.Time), (arrived.Header.Digest, arrived.Header.Deduplicates, arrived.Header.Time));
            Assert.Equal(sent.Header.Routes, arrived.Header.Routes);
            Assert.Equal(sent.Bytes.ToArray(), arrived.Bytes.ToArray());
        }
        Assert.Empty(NewEventsCodec.Decode(NewEventsCodec.Encode([])));
    }

    [Fact]
    public void Answers_keep_their_order_and_say_when_to_the_tick()
    {
        Acceptance[] answers =
        [
            new(AcceptStatus.Accepted, "evt_1", Time), new(AcceptStatus.Duplicate, "evt_ü", Time.AddTicks(1)), new(AcceptStatus.Unavailable, "", default),
        ];
        Assert.Equal(answers, AcceptancesCodec.Decode(AcceptancesCodec.Encode(answers)));
        Assert.Empty(AcceptancesCodec.Decode(AcceptancesCodec.Encode([])));
    }

    [Fact]
    public void A_record_comes_back_with_headers_and_body()
    {
        var record = new JournalRecord(long.MaxValue - 3, 3, Time, Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), new byte[] { 1, 2, 3 }, new byte[] { 4, 5 });
        var back = JournalRecordCodec.Decode(JournalRecordCodec.Encode(record));
        Assert.Equal(record with { Headers = default, Body = default }, back with { Headers = default, Body = default });
        Assert.Equal(record.Headers.ToArray(), back.Headers.ToArray());
        Assert.Equal(record.Body.ToArray(), back.Body.ToArray());
    }

    [Fact]
    public void A_touch_comes_back_with_its_identifiers_and_what_it_does_not_say_stays_unsaid()
    {
        var touch = new VisitorTouch(
            Time, new Dictionary<Identifier, string> { [Identifier.UserAgent] = new string('ü', 2000), [Identifier.Fbp] = "fb.1.1.2" }, "https://shop.example/größe", null);
        var back = VisitorTouch.FromBytes(touch.ToBytes());
        Assert.Equal((touch.At, touch.Url, touch.Referrer), (back.At, back.Url, back.Referrer));
        Assert.Equal(touch.Identifiers.OrderBy(pair => pair.Key), back.Identifiers);
    }

    [Fact]
    public void A_grant_comes_back_with_every_number()
    {
        var grant = new QuotaGrant(29_833_333, int.MaxValue, -1, TimeSpan.FromSeconds(59.9999999));
        Assert.Equal(grant, QuotaGrantCodec.Decode(QuotaGrantCodec.Encode(grant)));
    }
}
