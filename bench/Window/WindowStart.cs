using System.Diagnostics;
using System.Text.Json;
using Signalbox.Core.Containers;
using Signalbox.Core.Ports;
using Signalbox.Core.Workspaces;
using Signalbox.Embedded;
using Signalbox.Storage.Sqlite;

namespace Signalbox.Bench.Window;

/// <summary>A process's start on a data folder, timed in a process of its own, with nothing compiled before.</summary>
internal static class WindowStart
{
    public const string Role = "window-start";

    public static async Task<int> Run(string folder)
    {
        var begin = Stopwatch.GetTimestamp();
        using var storage = SqliteStorage.Open(folder, TimeProvider.System, failure => throw failure);
        var opened = Stopwatch.GetElapsedTime(begin);
        var number = await JournalFolder.Register(storage.Stores);
        await using var engine = new EmbeddedEngine(storage.Stores, new NoSender(), new OneContainer(number), EngineSettings.ForProcess(bug => throw bug));

        begin = Stopwatch.GetTimestamp();
        await engine.Start();
        var started = Stopwatch.GetElapsedTime(begin);

        // Only a window that knows the first and the last event was rebuilt.
        foreach (var seq in (long[])[1, JournalFolder.Events])
        {
            var header = new EventHeader(JournalFolder.DigestOf(seq), Deduplicates: true, 0, []);
            var answer = await engine.Container(number).Accept([new NewEvent(header, new byte[1])]);
            if (answer[0].Status != AcceptStatus.Duplicate) throw new InvalidOperationException($"seq {seq} is {answer[0].Status}");
        }
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        Console.WriteLine(JsonSerializer.Serialize(new WindowTimes(opened.TotalMilliseconds, started.TotalMilliseconds, heap)));
        return 0;
    }

    private sealed class OneContainer(int number) : IConfigurationSource
    {
        public Configuration Current { get; } = new(1,
        [
            new Workspace("acme", Plan.Pro, 1000, "active", null, [], [],
                [new Container(JournalFolder.ContainerId, number, new byte[16], "acme", null, [], TimeSpan.FromHours(48), [])]),
        ]);
    }

    private sealed class NoSender : ISender
    {
        public Task<PlatformAnswer> Send(string destination, PlatformRequest request, TimeSpan timeout, CancellationToken cancel) =>
            throw new InvalidOperationException("there is no destination");
    }
}

/// <param name="Opened">Milliseconds to open the storage.</param>
/// <param name="Started">Milliseconds to start the engine, which rebuilds the window.</param>
/// <param name="Heap">Bytes of the GC heap afterwards.</param>
internal sealed record WindowTimes(double Opened, double Started, long Heap);
