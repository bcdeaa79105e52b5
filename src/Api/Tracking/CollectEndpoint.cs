using System.Net;
using System.Net.Sockets;
using Signalbox.Api.Dialects;
using Signalbox.Api.Hosting;
using Signalbox.Api.Metrics;
using Signalbox.Core.Containers;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;
using Signalbox.Core.Scheduling;
using Signalbox.Core.Visitors;
using Signalbox.Core.Workspaces;

namespace Signalbox.Api.Tracking;

/// <summary><c>POST /collect</c>: browsers tell what they know of a visitor. Any content type, for <c>text/plain</c> is what beacons send.</summary>
/// <param name="onLost">Told of calls to visitors that failed with their effect unknown.</param>
internal sealed class CollectEndpoint(
    IConfigurationSource configuration, IActors actors, RateLimiter rates, RequestCounts counts, Readiness readiness, TimeProvider time, Action<Exception> onLost)
{
    public const string Path = "/collect";

    public const int MaxBytes = 64 * 1024;

    /// <summary>Requests of one address and site key in a minute.</summary>
    public const int RateLimitPerMinute = 600;

    private const int MaxUserAgentLength = 2048;

    public async Task Handle(HttpContext http)
    {
        BrowserAccess.Allow(http);
        await Answer(http);
        counts.CountRequest("collect", http.Response.StatusCode);
    }

    private async Task Answer(HttpContext http)
    {
        CollectRequest? request;
        string? fault;
        using (var body = await RequestBody.Read(http.Request, MaxBytes))
        {
            if (body.Fault != BodyFault.None)
            {
                var refusal = body.Refusal(MaxBytes);
                await DetailAnswer.Write(http, refusal.Status, refusal.Text);
                return;
            }
            request = CollectRequest.Parse(body.Bytes, out fault);
        }
        if (request is null)
        {
            await DetailAnswer.Write(http, StatusCodes.Status400BadRequest, fault!);
            return;
        }
        var address = AddressOf(http);
        var rate = rates.Take($"{NetworkOf(address)} {request.SiteKey}", RateLimitPerMinute);
        RateLimitHeaders.Write(http.Response, rate);
        if (!rate.IsAllowed)
            await DetailAnswer.WriteRetry(http, StatusCodes.Status429TooManyRequests, $"Rate limit exceeded: {rate.Limit} requests a minute", rate.RetryAfter);
        else if (configuration.Current.FindContainerBySiteKey(request.SiteKey) is not { } container)
            await DetailAnswer.Write(http, StatusCodes.Status404NotFound, "site_key: no such site key");
        else
            await Merge(http, container, request, address);
    }

    private async Task Merge(HttpContext http, Container container, CollectRequest request, IPAddress? address)
    {
        if (address is not null) request.Identifiers[Identifier.ClientIp] = address.ToString();
        var userAgent = http.Request.Headers.UserAgent.ToString();
        if (userAgent.Length is > 0 and <= MaxUserAgentLength) request.Identifiers[Identifier.UserAgent] = Scrubber.Text(userAgent);

        var key = new VisitorKey(container.Number, Scrubber.Id(request.VisitorId));
        var touch = new VisitorTouch(time.GetUtcMilliseconds(), request.Identifiers, request.Url, request.Referrer);
        if (readiness.IsReady && await Merge(key, touch) is { } record)
            await DetailAnswer.WriteJson(http, StatusCodes.Status200OK, Answer(request.VisitorId, record));
        else
            await DetailAnswer.WriteRetry(http, StatusCodes.Status503ServiceUnavailable, "The visitor could not be stored now; try again", DetailAnswer.RetrySoon);
    }

    /// <returns>Null when it could not be stored, or when nobody knows.</returns>
    private async Task<VisitorRecord?> Merge(VisitorKey key, VisitorTouch touch)
    {
        try
        {
            return await actors.Visitor(key).Merge(touch);
        }
        catch (Exception lost)
        {
            onLost(lost);
            return null;
        }
    }

    private static byte[] Answer(string visitorId, VisitorRecord record)
    {
        var writer = ThreadJson.Start();
        writer.WriteString("visitor_id"u8, visitorId);
        if (record.Identifiers.GetValueOrDefault(Identifier.Fbp) is { } fbp) writer.WriteString("fbp"u8, fbp.Value);
        if (record.Identifiers.GetValueOrDefault(Identifier.Fbc) is { } fbc) writer.WriteString("fbc"u8, fbc.Value);
        return ThreadJson.Finish();
    }

    /// <summary>The connection's: no proxy is trusted to tell another.</summary>
    private static IPAddress? AddressOf(HttpContext http) =>
        http.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : http.Connection.RemoteIpAddress;

    /// <summary>Who owns one IPv6 address owns the 64 bits below the network's.</summary>
    private static string NetworkOf(IPAddress? address) => address is { AddressFamily: AddressFamily.InterNetworkV6 }
        ? Convert.ToHexString(address.GetAddressBytes(), 0, 8)
        : address?.ToString() ?? "";
}
