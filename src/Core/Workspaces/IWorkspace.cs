namespace Signalbox.Core.Workspaces;

/// <summary>The actor that counts what doors let through of a workspace's requests: one number per UTC minute, over all doors.</summary>
public interface IWorkspace
{
    /// <summary>Grants a door a part of the current minute's requests. What it does not spend in that minute is lost.</summary>
    /// <param name="limit">Requests a minute, as configured now.</param>
    /// <param name="needed">Requests that wait at the door for this answer.</param>
    /// <param name="ahead">Further ones that it expects soon.</param>
    Task<QuotaGrant> Grant(int limit, int needed, int ahead);
}

/// <param name="Minute">The minute that the requests count in, in minutes since 1970.</param>
/// <param name="Count">How many may pass: all that are needed, and ahead of need some, as far as the minute has them.</param>
/// <param name="Remaining">How many of the minute are granted to nobody yet.</param>
/// <param name="Lasts">How long the grant holds, from the answer on.</param>
public readonly record struct QuotaGrant(long Minute, int Count, int Remaining, TimeSpan Lasts);

/// <summary>What was granted of a workspace's latest minute.</summary>
/// <param name="Minute">In minutes since 1970.</param>
public readonly record struct GrantedMinute(long Minute, int Count);
