using Signalbox.Api.Admin;
using Signalbox.Api.Dialects;
using Signalbox.Api.Dialects.Signals;
using Signalbox.Api.Metrics;
using Signalbox.Api.OpenApi;
using Signalbox.Api.Settings;
using Signalbox.Api.Telemetry;
using Signalbox.Api.Tracking;
using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Core.Workspaces;

namespace Signalbox.Api.Hosting;

/// <summary>Everything that is served, over the ports of any engine and any store.</summary>
internal static class ApiRoutes
{
    /// <returns>The meter of what is served, alive until it is disposed of.</returns>
    public static ProcessMeter MapSignalbox(
        this WebApplication app, Declaration declaration, CurrentConfiguration configuration, Engine engine, Stores stores, Readiness readiness)
    {
        app.UseMiddleware<RequestSpans>();
        var (actors, time) = (engine.Actors, engine.Time);
        app.UseMiddleware<LastResort>();
        if (declaration.Network.RequireHttps) app.UseMiddleware<HttpsOnly>();
        if (!configuration.IsThere) app.UseMiddleware<NothingApplied>(configuration);

        var counts = new RequestCounts();
        var door = new Door(actors, stores.Visitors, time, lost => engine.OnLost("a container", lost));
        var quotas = new Quotas(actors.Workspace, time, lost => engine.OnLost("a workspace", lost));
        var ledger = new Ledger(stores.Journal, stores.Destinations, configuration, time);
        var lookup = new EventLookup(stores.Journal, stores.Destinations, time);
        var ingest = new Ingest(configuration, door, quotas, stores.Visitors, counts, readiness);
        app.MapEvents(new EventsEndpoint(new SignalsEndpoint(ingest, time), counts));
        app.MapCollect(new CollectEndpoint(configuration, actors, new RateLimiter(time), counts, readiness, time, lost => engine.OnLost("a visitor", lost)));
        app.MapAdmin(new AdminEndpoints(configuration, lookup, ledger), new AdminKey(declaration.AdminKey));
        app.MapOperations(new MetricsEndpoint(counts, ledger, door), new HealthEndpoints(readiness, configuration));
        app.MapOpenApi(Document.Path);
        return new ProcessMeter(counts, ledger, door, time);
    }

    private static void MapEvents(this IEndpointRouteBuilder routes, EventsEndpoint events) =>
        routes.MapPost(EventsEndpoint.Path, (Delegate)events.Handle)
            .WithTags("Signals")
            .WithSummary("Send one event")
            .WithDescription("A 2xx is answered only after the event is durable. Every answer after authentication carries X-RateLimit-Limit, -Remaining and -Reset.")
            .Produces<SignalsAnswerBody>(StatusCodes.Status201Created)
            .Produces<SignalsAnswerBody>(StatusCodes.Status200OK)
            .ProducesDetails(400, 401, 403, 404, 413, 429, 503)
            .WithMetadata(
                new Traced(), new RequiresKey(IsAdmin: false), new RequestSchema(typeof(SignalsEventBody), "application/json"), Examples.SignalsEvent,
                Examples.SignalsCreated, Examples.SignalsDuplicate);

    private static void MapCollect(this IEndpointRouteBuilder routes, CollectEndpoint collect)
    {
        routes.MapPost(CollectEndpoint.Path, (Delegate)collect.Handle)
            .WithTags("Browsers")
            .WithSummary("Tell what a browser knows of its visitor")
            .WithDescription("IP address and user agent are taken from the request. Any Content-Type is taken as JSON.")
            .Produces<CollectAnswerBody>()
            .ProducesDetails(400, 404, 413, 429, 503)
            .WithMetadata(new Traced(), new RequestSchema(typeof(CollectBody), "application/json", "text/plain"), Examples.Collect, Examples.Collected);
        routes.MapMethods(CollectEndpoint.Path, [HttpMethods.Options], BrowserAccess.Preflight).ExcludeFromDescription();
    }

    private static void MapAdmin(this IEndpointRouteBuilder routes, AdminEndpoints admin, AdminKey key)
    {
        routes.MapGet(AdminEndpoints.EventPath, (Delegate)key.Guard(admin.Event))
            .WithTags("Admin")
            .WithSummary("Find an event")
            .WithDescription("The event, its identifiers with their origin, and its state at every destination with attempts and the platform's words.")
            .Produces<FoundEventBody>()
            .ProducesProblems(401, 403, 404, 503)
            .WithMetadata(
                new RequiresKey(IsAdmin: true), new PathParameter("id", "The container."),
                new PathParameter("event_id", "The caller's event id, or Signalbox's own (evt_…)."));
        routes.MapGet(AdminEndpoints.LedgerPath, (Delegate)key.Guard(admin.Ledger))
            .WithTags("Admin")
            .WithSummary("Where every accepted event is")
            .Produces<LedgerView>()
            .ProducesProblems(401, 403, 503)
            .WithMetadata(new RequiresKey(IsAdmin: true));
    }

    private static void MapOperations(this IEndpointRouteBuilder routes, MetricsEndpoint metrics, HealthEndpoints health)
    {
        routes.MapGet("/metrics", (Delegate)metrics.Handle)
            .WithTags("Operations")
            .WithSummary("Prometheus metrics")
            .WithDescription("Open to whoever reaches the port: it holds nothing personal and no secrets.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain");
        routes.MapGet(HealthEndpoints.LivePath, (Delegate)health.Live)
            .WithTags("Operations").WithSummary("Whether the process is alive").Produces<HealthBody>();
        routes.MapGet(HealthEndpoints.ReadyPath, (Delegate)health.Ready)
            .WithTags("Operations").WithSummary("Whether it has recovered and can store events").Produces<HealthBody>().ProducesDetails(503);
    }

    private static RouteHandlerBuilder ProducesDetails(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) route.Produces<DetailBody>(status);
        return route;
    }

    private static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) route.Produces<ProblemBody>(status, Problems.ContentType);
        return route;
    }
}
