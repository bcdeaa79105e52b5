namespace Signalbox.Core.Workspaces;

/// <summary>What a door may still let through of one minute without asking.</summary>
/// <param name="minute">In minutes since 1970.</param>
/// <param name="limit">Requests a minute, as it was when this was granted.</param>
/// <param name="remaining">Requests of the minute that were granted to nobody then.</param>
/// <param name="size">Requests that may pass.</param>
/// <param name="putAt">When it was granted, by the door's monotonic clock.</param>
/// <param name="endsAt">When the minute ends, by the same.</param>
internal sealed class QuotaBlock(long minute, int limit, int remaining, int size, long putAt, long endsAt)
{
    // Not worth asking for ahead of need; and what is not asked for ahead is not missing elsewhere.
    private const int Small = 8;

    private readonly int size = size;
    private int left = size;

    public static QuotaBlock None { get; } = new(-1, 0, 0, 0, long.MinValue / 2, long.MinValue);

    public long Minute => minute;

    public int Remaining => remaining;

    public long PutAt => putAt;

    public long EndsAt => endsAt;

    public int Taken => size - Volatile.Read(ref left);

    /// <summary>With this many left it is time to ask for more.</summary>
    public int Low => remaining > 0 && size >= Small ? size / 2 : -1;

    /// <summary>Whether the minute has nothing more for anybody, unless the limit was changed since.</summary>
    public bool IsLast(int limitNow) => remaining == 0 && limit == limitNow;

    /// <returns>How many are left; below zero when there was none to take.</returns>
    public int Take()
    {
        var seen = Volatile.Read(ref left);
        while (seen > 0)
        {
            var found = Interlocked.CompareExchange(ref left, seen - 1, seen);
            if (found == seen) return seen - 1;
            seen = found;
        }
        return -1;
    }

    public int TakeAll() => Interlocked.Exchange(ref left, 0);
}
