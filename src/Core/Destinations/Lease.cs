namespace Signalbox.Core.Destinations;

/// <summary>
/// The right to send for one destination, so that two activations do not send the same events. It lies in the row; its owner checks it by its own
/// monotonic clock, and a taker waits one whole length by its own, so that no two clocks are ever compared.
/// </summary>
internal sealed class Lease(long me, RowKeeper rows, TimeProvider time)
{
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(3);

    private bool isHeld;
    private long renewedAt;
    private (long Owner, DateTimeOffset Until, long SeenAt)? other;

    /// <summary>Whether a call may be started now.</summary>
    public bool IsLive => isHeld && time.GetElapsedTime(renewedAt) < Length;

    /// <summary>Whether this activation took the lease and nobody is known to have taken it since; it may have lapsed.</summary>
    public bool IsHeld => isHeld;

    /// <summary>Takes the lease that nobody holds, or that its owner has not renewed for a whole length.</summary>
    /// <returns>Zero when it is taken; otherwise how long to wait before trying again.</returns>
    public async Task<TimeSpan> Take()
    {
        var row = rows.Row!;
        if (row.LeaseOwner != 0 && row.LeaseOwner != me)
        {
            if (other is not { } seen || seen.Owner != row.LeaseOwner || seen.Until != row.LeaseUntil)
            {
                other = seen = (row.LeaseOwner, row.LeaseUntil, time.GetTimestamp());
            }
            var left = Length - time.GetElapsedTime(seen.SeenAt);
            if (left > TimeSpan.Zero) return left;
            await rows.Load();
            if (rows.Row!.LeaseOwner != seen.Owner || rows.Row.LeaseUntil != seen.Until) return Length;
        }
        isHeld = await Write(rows.Row!.LeaseOwner, rows.Row.LeaseUntil, claim: 0);
        return isHeld ? TimeSpan.Zero : Length;
    }

    /// <summary>Makes sure that the lease has half its length left and that events up to <paramref name="claim"/> are claimed.</summary>
    /// <returns>False when another activation has taken it.</returns>
    public async Task<bool> Renew(long claim)
    {
        if (!isHeld) return false;
        if (rows.Row!.Claimed >= claim && time.GetElapsedTime(renewedAt) < Length / 2) return true;
        isHeld = await Write(me, null, claim);
        return isHeld;
    }

    /// <summary>Gives the lease back, so that the next activation need not wait. Nothing may be in flight any more.</summary>
    public async Task Release()
    {
        if (!isHeld) return;
        isHeld = false;
        await rows.Apply(new RowChange { Lease = row => row.LeaseOwner == me ? row with { LeaseOwner = 0, Claimed = row.Cursor } : null });
    }

    /// <param name="until">What the row must say besides its owner; null when the owner is enough.</param>
    private async Task<bool> Write(long owner, DateTimeOffset? until, long claim)
    {
        // Counted from before the write: however long it takes, the lease is never thought to last longer than a taker waits.
        var askedAt = time.GetTimestamp();
        var now = time.GetUtcNow();
        var written = await rows.Apply(new RowChange
        {
            Lease = row => row.LeaseOwner == me || (row.LeaseOwner == owner && (until is null || row.LeaseUntil == until))
                ? row with { LeaseOwner = me, LeaseUntil = now + Length, Claimed = Math.Max(row.Claimed, claim) }
                : null,
        });
        if (written) renewedAt = askedAt;
        return written;
    }
}
