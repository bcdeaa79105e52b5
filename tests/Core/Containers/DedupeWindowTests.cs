using Signalbox.Core.Containers;

namespace Signalbox.Core.Tests.Containers;

public sealed class DedupeWindowTests
{
    private static readonly DateTimeOffset Start = new(2026, 10, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(10_000)]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public void A_key_costs_at_most_24_bytes_and_every_one_is_found(int keys)
    {
        var random = new Random(1);
        var window = new DedupeWindow(TimeSpan.FromHours(48));
        var digests = Enumerable.Range(1, keys).Select(_ => Digest(random)).ToList();
        for (var index = 0; index < keys; index++) window.Add(digests[index], index + 1, Start);
        Assert.InRange(window.Bytes, keys * 16, keys * 24);
        Assert.Equal(keys, window.Count);
        for (var index = 0; index < keys; index++) Assert.Contains(index + 1, window.Find(digests[index])!);
        Assert.Null(window.Find(Digest(random)));
    }

    [Fact]
    public void Equal_short_digests_stand_beside_each_other()
    {
        var window = new DedupeWindow(TimeSpan.FromHours(48));
        for (var seq = 1; seq <= 20; seq++) window.Add(new UInt128((ulong)seq, 42), seq, Start);
        Assert.Equal(Enumerable.Range(1, 20).Select(seq => (long)seq), window.Find(new UInt128(7, 42))!.Order());
    }

    [Fact]
    public void Keys_are_kept_for_the_whole_window_and_fall_away_a_bucket_later()
    {
        var window = new DedupeWindow(TimeSpan.FromHours(48));
        window.Add(1, 1, Start);
        window.Add(2, 2, Start.AddHours(47.9));
        Assert.NotNull(window.Find(1));
        window.Add(3, 3, Start.AddHours(52.1));
        Assert.Null(window.Find(1));
        Assert.NotNull(window.Find(2));
    }

    private static UInt128 Digest(Random random) => new((ulong)random.NextInt64(), (ulong)random.NextInt64(long.MinValue, long.MaxValue));
}
