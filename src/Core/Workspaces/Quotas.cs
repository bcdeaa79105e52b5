using System.Collections.Concurrent;

namespace Signalbox.Core.Workspaces;

/// <summary>
/// The workspaces' rate limits, as one door keeps them: it spends blocks of the minute that the workspace's actor has granted, and asks for the
/// next before one runs out. Shared by all requests of a process.
/// </summary>
/// <param name="workspaces">The actor of a workspace, by id.</param>
/// <param name="onLost">Told of calls to actors that failed.</param>
public sealed class Quotas(Func<string, IWorkspace> workspaces, TimeProvider time, Action<Exception> onLost)
{
    private readonly ConcurrentDictionary<string, QuotaShare> shares = new(StringComparer.Ordinal);
    private readonly RateLimiter alone = new(time);

    /// <summary>Counts one request of a workspace and says whether it may pass. Waits only where the door has nothing left to spend.</summary>
    public ValueTask<RateDecision> Take(Workspace workspace)
    {
        if (!shares.TryGetValue(workspace.Id, out var share)) share = shares.GetOrAdd(workspace.Id, New);
        return share.Take(workspace.RateLimitPerMinute);
    }

    private QuotaShare New(string id) => new(workspaces(id), limit => alone.Take(id, limit), time, onLost);
}
