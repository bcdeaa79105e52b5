namespace Signalbox.Core.Workspaces;

/// <summary>
/// Counts a workspace's minute by one clock, that of whoever runs the actor: doors are told how long their grants last, so that no two clocks
/// are compared, and one that is set back does not bring back a minute.
/// </summary>
public sealed class WorkspaceActor : IWorkspace
{
    // Ahead of need goes so little of what is left that the last requests of a minute are granted one by one: no door then sits on what another
    // could use, and a limit of N lets N through.
    private const int PartAhead = 16;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TimeProvider time;

    /// <param name="known"><see cref="Granted"/> of an earlier activation. Where it is lost, what it had granted of this minute is granted once more.</param>
    public WorkspaceActor(TimeProvider time, GrantedMinute known = default)
    {
        this.time = time;

        // Further ahead than clocks differ: it comes from one that was wrong, and must not close the minutes until then.
        Granted = known.Minute <= MinuteOf(time.GetUtcNow()) + 1 ? known : default;
    }

    /// <summary>All that is worth keeping between activations.</summary>
    public GrantedMinute Granted { get; private set; }

    public Task<QuotaGrant> Grant(int limit, int needed, int ahead)
    {
        var now = time.GetUtcNow();
        if (MinuteOf(now) > Granted.Minute) Granted = new GrantedMinute(MinuteOf(now), 0);
        var left = Math.Max(0, limit - Granted.Count);
        var count = Math.Min(needed, left);
        count += Math.Min(ahead, (left - count) / PartAhead);
        Granted = Granted with { Count = Granted.Count + count };

        // After a clock was set back the minute may have long to go; whoever waits for it asks again before, should the clock be put right.
        var rest = DateTimeOffset.UnixEpoch + ((Granted.Minute + 1) * Minute) - now;
        return Task.FromResult(new QuotaGrant(Granted.Minute, count, left - count, rest < Minute ? rest : Minute));
    }

    private static long MinuteOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / 60;
}
