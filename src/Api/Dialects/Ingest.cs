using System.Globalization;
using Signalbox.Api.Hosting;
using Signalbox.Api.Metrics;
using Signalbox.Core.Containers;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;
using Signalbox.Core.Workspaces;

namespace Signalbox.Api.Dialects;

/// <summary>What every dialect does with a request, but for reading its words and finding its own.</summary>
internal sealed class Ingest(
    IConfigurationSource configuration, Door door, Quotas quotas, IVisitorStore visitors, RequestCounts counts, Readiness readiness)
{
    /// <summary>Of a request's body, in bytes, inflated.</summary>
    public const int MaxBodyBytes = 4 << 20;

    /// <summary>Of one event, in bytes.</summary>
    public const int MaxEventBytes = 256 << 10;

    /// <summary>Finds out who calls, and counts the request against the workspace's minute.</summary>
    /// <param name="header">Where the key stood, for the answer's words.</param>
    /// <param name="secret">The key as the request shows it; null where there is none that could be read.</param>
    /// <returns>Null when the request was refused, and answered so.</returns>
    public async ValueTask<Caller?> Admit(HttpContext http, IDialect dialect, string header, string? secret)
    {
        var current = configuration.Current;
        if (secret is null || KeySecret.Find(current, secret) is not ({ } workspace, { } key))
        {
            await dialect.Refuse(http, new Refusal(StatusCodes.Status401Unauthorized, header, "no such key, or it was revoked"));
            return null;
        }
        var rate = await quotas.Take(workspace);
        RateLimitHeaders.Write(http.Response, rate);
        if (!rate.IsAllowed)
        {
            SetRetryAfter(http, rate.RetryAfter);
            await dialect.Refuse(http, new Refusal(StatusCodes.Status429TooManyRequests, null, $"Rate limit exceeded: {rate.Limit} requests a minute"));
            return null;
        }
        if (key.Scopes.Contains(ApiKey.IngestScope)) return new Caller(current, workspace, key);
        await dialect.Refuse(http, new Refusal(StatusCodes.Status403Forbidden, null, "API key has no scope to send events"));
        return null;
    }

    /// <summary>Has the events of one request accepted, all of one container. A 2xx is written only after that (I1).</summary>
    /// <returns>One answer per event, in order.</returns>
    public async Task<IReadOnlyList<DoorAnswer>> Accept(IDialect dialect, Container container, IReadOnlyList<ConversionEvent> events)
    {
        // The caller's leaving does not end the wait: the events are accepted all the same.
        var answers = readiness.IsReady
            ? await door.Accept(container, events, CancellationToken.None)
            : [.. Enumerable.Repeat(DoorAnswers.Unavailable, events.Count)];
        foreach (var answer in answers) counts.CountEvent(dialect.Name, ResultOf(answer.Acceptance.Status));
        return answers;
    }

    /// <summary>Says that a request is to be sent again, for not all of it could be stored now.</summary>
    public static Task RefuseForNow(HttpContext http, IDialect dialect, string message)
    {
        SetRetryAfter(http, DetailAnswer.RetrySoon);
        return dialect.Refuse(http, new Refusal(StatusCodes.Status503ServiceUnavailable, null, message));
    }

    /// <summary>
    /// The container of an event that does not name one: the site key's, the key's default, the only one that the key may write to, or the one that
    /// knows the visitor (the latest, where several do).
    /// </summary>
    /// <param name="siteKey">A site key or, where <paramref name="mayBeId"/>, a container's id; null when none was sent.</param>
    /// <returns>The container, or which of the ways failed.</returns>
    /// <exception cref="StoreUnavailableException">The visitors cannot be read now.</exception>
    public async ValueTask<(Container? Container, ContainerFault Fault)> FindContainer(Caller caller, string? siteKey, bool mayBeId, string? visitorId)
    {
        if (siteKey is not null)
        {
            var named = caller.Configuration.FindContainerBySiteKey(siteKey) ?? (mayBeId ? caller.Configuration.FindContainer(siteKey) : null);
            if (named is null || named.WorkspaceId != caller.Workspace.Id) return (null, ContainerFault.UnknownSiteKey);
            return caller.MayWriteTo(named) ? (named, default) : (null, ContainerFault.Forbidden);
        }
        if (caller.Key.DefaultContainer is { } id) return (caller.Configuration.FindContainer(id), default);
        var open = caller.Workspace.Containers.Where(caller.MayWriteTo).ToList();
        if (open.Count == 1) return (open[0], default);
        if (visitorId is null || open.Count == 0) return (null, ContainerFault.NotNamed);
        var rows = await visitors.Read([.. open.Select(container => new VisitorKey(container.Number, visitorId))]);
        var latest = rows.OfType<VisitorRow>().MaxBy(row => row.LastSeen);
        return latest is null ? (null, ContainerFault.NotNamed) : (caller.Configuration.FindContainer(latest.Key.Container), default);
    }

    private static void SetRetryAfter(HttpContext http, int seconds) => http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);

    private static string ResultOf(AcceptStatus status) => status switch
    {
        AcceptStatus.Accepted => "accepted",
        AcceptStatus.Duplicate => "duplicate",
        _ => "unavailable",
    };
}

/// <summary>Why an event has no container.</summary>
internal enum ContainerFault
{
    None,

    /// <summary>No container of the workspace has this site key.</summary>
    UnknownSiteKey,

    /// <summary>The key may not write to it.</summary>
    Forbidden,

    /// <summary>Nothing of the request or of its key says which one.</summary>
    NotNamed,
}
