using System.Buffers.Binary;
using System.Security.Cryptography;
using Signalbox.Core.Containers;
using Signalbox.Core.Ports;
using Signalbox.Storage.Sqlite;

namespace Signalbox.Bench.Window;

/// <summary>A data folder in which one container has accepted a million events over the last 47 hours.</summary>
internal static class JournalFolder
{
    public const int Events = 1_000_000;

    public const string ContainerId = "shop";

    private const int BodyBytes = 300;
    private const int Steps = 100;

    public static async Task Build(string folder, int eventsPerRecord)
    {
        var time = new SteppedTime { Now = DateTimeOffset.UtcNow - TimeSpan.FromHours(47) };
        using var storage = SqliteStorage.Open(folder, time, failure => throw failure);
        var container = await Register(storage.Stores);
        var eventsPerStep = Events / Steps;
        for (var step = 0; step < Steps; step++)
        {
            var appends = new List<Task<StoreOutcome>>();
            for (var index = 0; index < eventsPerStep; index += eventsPerRecord)
            {
                var record = Record((step * eventsPerStep) + index + 1, eventsPerRecord, time.Now);
                appends.Add(storage.Stores.Journal.Append(container, record, new RouteTotals().ToBytes()));
            }
            var outcomes = await Task.WhenAll(appends);
            if (outcomes.Any(outcome => outcome != StoreOutcome.Committed)) throw new InvalidOperationException("an append failed");
            time.Now += TimeSpan.FromHours(46) / Steps;
        }
    }

    /// <returns>The container's number.</returns>
    public static async Task<int> Register(Stores stores)
    {
        var registration = await stores.Registry.Register(
            [new ContainerDeclaration(ContainerId, [])], async number => (await stores.Journal.ReadHead(number)).Seq, () => new byte[16]);
        return registration.Containers[ContainerId].Number;
    }

    /// <summary>The digest of the event with this seq.</summary>
    public static UInt128 DigestOf(long seq)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, seq);
        return BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(bytes));
    }

    private static JournalRecord Record(long firstSeq, int count, DateTimeOffset time)
    {
        var entries = new (EventHeader, int)[count];
        for (var index = 0; index < count; index++)
        {
            entries[index] = (new EventHeader(DigestOf(firstSeq + index), Deduplicates: true, time.ToUnixTimeMilliseconds(), [new Route(1, RouteDecision.Queued)]), BodyBytes);
        }
        return new JournalRecord(firstSeq, count, time, Guid.NewGuid(), RecordCodec.Encode(entries), new byte[count * BodyBytes]);
    }
}
