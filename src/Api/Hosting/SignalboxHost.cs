using Microsoft.Extensions.Logging.Console;
using Signalbox.Api.Metrics;
using Signalbox.Api.OpenApi;
using Signalbox.Api.Settings;
using Signalbox.Api.Telemetry;
using Signalbox.Core.Ports;

namespace Signalbox.Api.Hosting;

/// <summary>One process's composition: the HTTP side over an engine. The same for every engine and store, for production and tests.</summary>
public sealed class SignalboxHost : IAsyncDisposable
{
    // Far above what a body may have, so that a large one gets our own answer rather than a broken connection.
    private const long MaxBodyOnTheWire = 64 << 20;

    private readonly WebApplication app;
    private readonly Engine engine;
    private readonly Readiness readiness;
    private readonly ProcessMeter meter;
    private readonly OtlpExport? export;

    private SignalboxHost(
        WebApplication app, Engine engine, CurrentConfiguration configuration, Readiness readiness, ProcessMeter meter, OtlpExport? export)
    {
        (this.app, this.engine, Configuration, this.readiness) = (app, engine, configuration, readiness);
        (this.meter, this.export) = (meter, export);
    }

    public CurrentConfiguration Configuration { get; }

    /// <summary>The engine, to seed a demo or look behind the API in a test.</summary>
    public IActors Actors => engine.Actors;

    public IServiceProvider Services => app.Services;

    /// <summary>The addresses listened on, once started.</summary>
    public ICollection<string> Urls => app.Urls;

    /// <summary>Puts everything together; nothing runs yet.</summary>
    /// <param name="declaration">What concerns this process: where it listens, who may look behind it.</param>
    /// <param name="configuration">What is routed.</param>
    /// <param name="makeEngine">Makes the engine, over the same stores and configuration, given where to log.</param>
    /// <param name="adjust">Changes the web host, such as to an in-memory server.</param>
    /// <param name="mapMore">Serves more beside the API, such as a sandbox.</param>
    public static SignalboxHost Build(
        Declaration declaration, Stores stores, CurrentConfiguration configuration, Func<ILoggerFactory, Engine> makeEngine,
        Action<WebApplicationBuilder>? adjust = null, Action<IEndpointRouteBuilder>? mapMore = null)
    {
        // Empty, because the usual builders watch every file below the current folder for changed settings: each of the journal's writes, too.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddSimpleConsole(Simply).SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            // Would make an activity for every request that nobody listens to.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
            // Says at length, with a stack trace, what whoever starts the host says in one line.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.WebHost.UseKestrelCore().UseUrls(declaration.Listen).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyOnTheWire;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        builder.Services.AddRoutingCore().AddDocument();
        adjust?.Invoke(builder);

        var app = builder.Build();
        var engine = makeEngine(app.Services.GetRequiredService<ILoggerFactory>());
        var readiness = new Readiness(stores.Visitors, engine.Trouble, engine.Time);
        app.Lifetime.ApplicationStopping.Register(readiness.Stopping);
        var meter = app.MapSignalbox(declaration, configuration, engine, stores, readiness);
        mapMore?.Invoke(app);
        var export = declaration.OtlpEndpoint is { } collector ? new OtlpExport(collector, Ending.Version) : null;
        return new SignalboxHost(app, engine, configuration, readiness, meter, export);
    }

    /// <summary>Listens, then recovers; until that is done, events get a 503.</summary>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public async Task Start()
    {
        await Listen();
        await engine.Start(app.Lifetime.ApplicationStopping);
        readiness.Recovered();
    }

    /// <summary>The first half of <see cref="Start"/>.</summary>
    internal Task Listen() => app.StartAsync();

    /// <summary>Ends when the process is asked to.</summary>
    public Task WaitForShutdown() => app.WaitForShutdownAsync();

    /// <summary>Takes no more requests, finishes those under way, then lets the engine finish its calls.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await engine.Stop();
        export?.Dispose();
        meter.Dispose();
        await app.DisposeAsync();
    }

    private static void Simply(SimpleConsoleFormatterOptions options)
    {
        options.SingleLine = true;
        options.TimestampFormat = "HH:mm:ss ";
        options.ColorBehavior = LoggerColorBehavior.Default;
    }
}
