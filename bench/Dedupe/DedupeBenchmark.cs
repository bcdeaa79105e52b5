using System.Diagnostics;
using System.Globalization;
using Signalbox.Bench.Reporting;
using Signalbox.Core.Containers;

namespace Signalbox.Bench.Dedupe;

/// <summary>What a key of the dedupe window costs in memory and time.</summary>
internal static class DedupeBenchmark
{
    private const int Repeats = 3;
    private static readonly TimeSpan WindowLength = TimeSpan.FromHours(48);

    public static void Run(Report report)
    {
        report.Heading("dedupe: the window's keys");
        var rows = new List<string[]> { new[] { "keys", "bytes/key (entries' arrays)", "bytes/key (GC heap)", "ns/Add", "ns/Find, present", "ns/Find, absent" } };
        foreach (var count in (int[])[1_000_000, 5_000_000]) rows.Add(Measure(count));
        report.Table(rows);
        report.Paragraph("Keys arrive evenly over the 48 hours, so that all time buckets are in use (goal: at most 24 bytes a key). Add includes growing. Median (least – most).");
    }

    private static string[] Measure(int count)
    {
        var (held, heap, add, present, absent) = (new Sample(), new Sample(), new Sample(), new Sample(), new Sample());
        var known = Digests(count, seed: 1);
        var unknown = Digests(1_000_000, seed: 2);
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var window = new DedupeWindow(WindowLength);
            add.Add(NanosecondsEach(count, index => window.Add(known[index], index + 1, TimeOf(index, count))));
            heap.Add((double)(GC.GetTotalMemory(forceFullCollection: true) - before) / count);
            held.Add((double)window.Bytes / count);

            var found = 0;
            // In an order that no cache foresees: digests are random, so walking them is as good as any.
            present.Add(NanosecondsEach(unknown.Length, index => found += window.Find(known[(int)((index * 7919L) % count)])!.Count));
            absent.Add(NanosecondsEach(unknown.Length, index => found += window.Find(unknown[index])?.Count ?? 0));
            if (found < unknown.Length) throw new InvalidOperationException("a key was not found");
        }
        return
        [
            count.ToString("N0", CultureInfo.InvariantCulture), held.Show("0.0"), heap.Show("0.0"), add.Show("0"), present.Show("0"), absent.Show("0"),
        ];
    }

    private static double NanosecondsEach(int count, Action<int> action)
    {
        var start = Stopwatch.GetTimestamp();
        for (var index = 0; index < count; index++) action(index);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / count;
    }

    private static DateTimeOffset TimeOf(int index, int count) => DateTimeOffset.UnixEpoch.AddYears(56) + (WindowLength * ((double)index / count));

    private static UInt128[] Digests(int count, int seed)
    {
        var random = new Random(seed);
        var digests = new UInt128[count];
        for (var index = 0; index < count; index++) digests[index] = new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64(long.MinValue, long.MaxValue));
        return digests;
    }
}
