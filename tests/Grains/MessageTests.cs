using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Signalbox.Contract.Harness;
using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;
using Signalbox.Core.Visitors;
using Signalbox.Core.Workspaces;
using Signalbox.Grains.Interfaces;

namespace Signalbox.Grains.Tests;

public sealed class MessageTests
{
    private static readonly NewEvent Event = new(new EventHeader(7, true, -1, [new Route(3, RouteDecision.Queued)]), "bytes"u8.ToArray());

    private static readonly JournalRecord Record = new(5, 1, VirtualTime.Start, Guid.Empty, RecordCodec.Encode([(Event.Header, 5)]), "bytes"u8.ToArray());

    [Fact]
    public async Task Within_a_silo_the_same_reference_arrives_and_between_silos_the_same_bytes()
    {
        await using var shop = await Shop.Open(ClusterEngine.Start);
        var silos = ((ClusterEngine)shop.Engine).Cluster.GetActiveSilos().Select(silo => silo.ServiceProvider.GetRequiredService<IGrainFactory>()).ToList();
        var touch = new VisitorTouch(VirtualTime.Start, new SortedDictionary<Identifier, string> { [Identifier.Fbp] = "fb.1.1.1" }, "https://shop.example/", null);
        var visitor = VisitorMerge.Apply(null, touch);
        IReadOnlyList<NewEvent> events = [Event, Event];
        var array = events.ToArray();
        IReadOnlyList<Acceptance> answers = new[] { new Acceptance(AcceptStatus.Accepted, "evt_1", VirtualTime.Start) };

        // The first call of a key makes its grain local.
        async Task<T> Send<T>(T message, bool isLocal) where T : class
        {
            var key = Guid.NewGuid().ToString();
            await silos[0].GetGrain<IProbeGrain>(key).Activation();
            var back = await silos[isLocal ? 0 : 1].GetGrain<IProbeGrain>(key).Echo(message);
            Assert.Equal(isLocal, ReferenceEquals(message, back));
            return back;
        }

        foreach (var isLocal in new[] { true, false })
        {
            Assert.Equal(NewEventsCodec.Encode(events), NewEventsCodec.Encode(await Send<IReadOnlyList<NewEvent>>(array, isLocal)));
            Assert.Equal(answers, await Send(answers, isLocal));
            Assert.Equal(JournalRecordCodec.Encode(Record), JournalRecordCodec.Encode(await Send(Record, isLocal)));
            Assert.Equal(touch.ToBytes(), (await Send(touch, isLocal)).ToBytes());
            Assert.Equal(visitor.ToBytes(), (await Send(visitor, isLocal)).ToBytes());
        }
        var grant = new QuotaGrant(1, 2, 3, TimeSpan.FromSeconds(4));
        Assert.Equal(grant, await silos[1].GetGrain<IProbeGrain>("grant").Echo(grant));
    }

    [Fact]
    public void A_message_is_the_wire_version_the_kind_and_cores_bytes_and_another_version_is_refused()
    {
        using var services = new ServiceCollection().AddSerializer().AddSignalboxActors().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        var bytes = serializer.SerializeToArray(Record);
        var payload = JournalRecordCodec.Encode(Record);
        var start = bytes.AsSpan().IndexOf(payload);
        Assert.Equal([1, 3], bytes[(start - 2)..start]);

        bytes[start - 2] = 2;
        var refused = Assert.Throws<InvalidDataException>(() => serializer.Deserialize<JournalRecord>(bytes));
        Assert.Equal("a message of wire version 2; this process reads version 1", refused.Message);

        (bytes[start - 2], bytes[start - 1]) = (1, 200);
        Assert.Throws<InvalidDataException>(() => serializer.Deserialize<JournalRecord>(bytes));
    }

    [Theory]
    [InlineData("v-1")]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("12/34")]
    [InlineData("..\\%2F+?#\0\n 漢字 🚂")]
    public void A_key_comes_back_from_its_grain_key(string id)
    {
        Assert.Equal(new VisitorKey(7, id), GrainKeys.ToVisitor(GrainKeys.Of(new VisitorKey(7, id))));
        Assert.Equal(new DestinationKey(int.MaxValue, 2), GrainKeys.ToDestination(GrainKeys.Of(new DestinationKey(int.MaxValue, 2))));
        Assert.NotEqual(GrainKeys.Of(new VisitorKey(1, $"2/{id}")), GrainKeys.Of(new VisitorKey(12, id)));
    }
}
