using Signalbox.Api.Settings;
using Signalbox.Core.Ports;
using Signalbox.Embedded;

namespace Signalbox.Api.Hosting;

/// <summary>The composition of one process that does everything itself: the embedded engine, and the configuration that it was started with.</summary>
public static class EmbeddedHost
{
    /// <summary>Numbers what is declared and puts everything together; nothing runs yet.</summary>
    /// <inheritdoc cref="SignalboxHost.Build"/>
    /// <exception cref="StoreUnavailableException">The store cannot be read or written.</exception>
    public static async Task<SignalboxHost> Build(
        Declaration declaration, Stores stores, ISender sender, Func<ILogger, EngineSettings> settings,
        Action<WebApplicationBuilder>? adjust = null, Action<IEndpointRouteBuilder>? mapMore = null)
    {
        var configuration = new CurrentConfiguration(declaration.Number(await declaration.Register(stores)));
        return SignalboxHost.Build(declaration, stores, configuration, MakeEngine, adjust, mapMore);

        Engine MakeEngine(ILoggerFactory logs)
        {
            var log = logs.CreateLogger("Signalbox");
            var chosen = settings(log);
            var engine = new EmbeddedEngine(stores, sender, configuration, chosen);
            return new Engine(engine, chosen.Time, Lost, _ => engine.Start(), engine.DisposeAsync);

            void Lost(string to, Exception bug) => log.LogError("A call to {To} was lost: {Exception}\n{Trace}", to, bug.GetType(), bug.StackTrace);
        }
    }
}
