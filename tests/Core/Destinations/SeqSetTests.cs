using Signalbox.Core.Destinations;

namespace Signalbox.Core.Tests.Destinations;

public sealed class SeqSetTests
{
    [Fact]
    public void It_does_what_a_plain_set_does()
    {
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var (one, other) = (Numbers(random), Numbers(random));
            var (mine, theirs) = (SeqSet.Of(one), SeqSet.Of(other));
            var limit = random.Next(0, 50);
            Assert.Equal(one.Union(other).Order(), mine.Union(theirs).Enumerate());
            Assert.Equal(one.Except(other).Order(), mine.Except(theirs).Enumerate());
            Assert.Equal(one.Where(seq => seq > limit).Order(), mine.Above(limit).Enumerate());
            Assert.Equal(one.Count, mine.Count);
            Assert.Equal(one.Contains(limit), mine.Contains(limit));
            Assert.Equal(mine, SeqSet.FromBytes(mine.ToBytes()));
            Assert.True(mine.Ranges.Zip(mine.Ranges.Skip(1)).All(pair => pair.First.Last + 1 < pair.Second.First), "ranges touch");
        }
    }

    private static HashSet<long> Numbers(Random random) => [.. Enumerable.Range(0, random.Next(0, 30)).Select(_ => (long)random.Next(1, 50))];
}
