using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Signalbox.Api.Hosting;
using Signalbox.Api.Settings;
using Signalbox.Contract.Harness;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Core.Workspaces;
using Signalbox.Platforms;
using Signalbox.Storage.Memory;

namespace Signalbox.Contract.Trace;

/// <summary>Plays the script on an engine, through the real HTTP side, one call after the other. Time passes only while everything is at rest.</summary>
public static class Stage
{
    // What waits for nothing but the next batch is delivered long before.
    private static readonly TimeSpan Aftermath = TimeSpan.FromMinutes(2);

    public static async Task<Recording> Play(IReadOnlyList<ScriptedCall> script, StartEngine start)
    {
        var activity = new Activity();
        var (time, stores, bugs, seed) = (new VirtualTime(activity), new MemoryStorage().Stores, new ConcurrentQueue<Exception>(), 0);
        var (declaration, faults) = ConfigurationFile.Parse(Script.Configuration, new Dictionary<string, string>(), PlatformRegistry.BuiltIn);
        Assert.Empty(faults);

        // Ids of ours are made under the digest key, which is random otherwise.
        var registration = await stores.Registry.Register(declaration!.Containers, async container => (await stores.Journal.ReadHead(container)).Seq, () => new byte[16]);
        var configuration = new CurrentConfiguration(declaration.Number(registration));
        var destinations = Destinations(configuration.Current);
        var network = new Network(time, activity) { Answer = sent => Payloads.Thanks(destinations[sent.Destination].Platform, sent.Request) };
        var engine = await start(new EnginePorts(stores, network, configuration, time, () => new Random(Interlocked.Increment(ref seed)), bugs.Enqueue, activity));
        var answers = new List<string>();
        await using (var doors = await Doors.Open(declaration, stores, configuration, engine, time, bugs))
        {
            foreach (var call in script)
            {
                await time.PassTo(VirtualTime.Start + call.At);
                answers.Add(await doors.Send(call));
            }
            await time.Pass(Aftermath);
        }
        var current = configuration.Current;
        var recording = new Recording(
            answers, await Journal(stores, current), Sent(network, destinations), await Visitors(stores, current), await new Ledger(stores.Journal, stores.Destinations, configuration, time).Read());
        await engine.DisposeAsync();
        Assert.Empty(bugs);
        return recording;
    }

    private static async Task<IReadOnlyList<string>> Journal(Stores stores, Configuration configuration)
    {
        var lines = new List<string>();
        foreach (var container in configuration.Containers)
        {
            foreach (var record in await stores.Journal.Read(container.Number, 0, int.MaxValue))
            {
                lines.Add($"{container.Id} {record.FirstSeq}+{record.Count} {record.Time:O} {Convert.ToHexString(record.Headers.Span)} {Encoding.Latin1.GetString(record.Body.Span)}");
            }
        }
        return lines;
    }

    private static IReadOnlyList<string> Sent(Network network, IReadOnlyDictionary<string, (string Name, string Platform)> destinations)
    {
        var payloads = from sent in network.Requests
                       let to = destinations[sent.Destination]
                       from e in Payloads.Of(to.Platform, sent.Request)
                       select $"{to.Name} {e.Id} {e.Payload}";
        return [.. payloads.Order(StringComparer.Ordinal)];
    }

    /// <summary>By the name that the engine gives to senders.</summary>
    private static IReadOnlyDictionary<string, (string Name, string Platform)> Destinations(Configuration configuration) =>
        (from container in configuration.Containers
         from destination in container.Destinations
         select (container, destination)).ToDictionary(
            pair => new DestinationKey(pair.container.Number, pair.destination.Number).ToString(),
            pair => ($"{pair.container.Id}/{pair.destination.Id}", pair.destination.Platform.Name));

    private static async Task<IReadOnlyList<string>> Visitors(Stores stores, Configuration configuration)
    {
        var keys = configuration.Containers.SelectMany(container => Person.All.Select(person => new VisitorKey(container.Number, person.VisitorId))).ToList();
        return [.. keys.Zip(await stores.Visitors.Read(keys)).Select(pair => $"{pair.First} {(pair.Second is null ? "" : Convert.ToHexString(pair.Second.Record.Span))}")];
    }

    /// <summary>The HTTP side of each of the engine's processes, taking turns, as behind a load balancer.</summary>
    private sealed class Doors(IReadOnlyList<SignalboxHost> hosts) : IAsyncDisposable
    {
        private int next;

        public static async Task<Doors> Open(Declaration declaration, Stores stores, CurrentConfiguration configuration, IEngine engine, TimeProvider time, ConcurrentQueue<Exception> bugs)
        {
            var hosts = engine.Doors.Select(actors => SignalboxHost.Build(
                declaration, stores, configuration, _ => new Engine(actors, time, (_, lost) => bugs.Enqueue(lost), _ => Task.CompletedTask, () => ValueTask.CompletedTask), builder =>
                {
                    builder.WebHost.UseTestServer();
                    builder.Logging.ClearProviders();
                })).ToList();
            foreach (var host in hosts) await host.Start();
            return new Doors(hosts);
        }

        /// <returns>Status and body.</returns>
        public async Task<string> Send(ScriptedCall call)
        {
            var server = (TestServer)hosts[next++ % hosts.Count].Services.GetRequiredService<IServer>();
            var answer = await Shop.InTime(server.SendAsync(http =>
            {
                http.Request.Method = "POST";
                http.Request.Path = call.Path;
                foreach (var (name, value) in call.Headers) http.Request.Headers[name] = value;
                http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(call.Body));
                http.Connection.RemoteIpAddress = IPAddress.Parse(call.Address);
            }));
            using var body = new StreamReader(answer.Response.Body);
            return $"{answer.Response.StatusCode} {await body.ReadToEndAsync()}";
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var host in hosts) await host.DisposeAsync();
        }
    }
}
