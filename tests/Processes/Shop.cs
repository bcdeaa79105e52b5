using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Signalbox.Processes;

/// <summary>An answer to one attempt at sending an event.</summary>
/// <param name="Id">The router's id of the event.</param>
public readonly record struct Acknowledgement(int Status, string Id);

/// <summary>
/// A shop's backend: several connections that each send one event after the other, and each of them with the same id until it is acknowledged.
/// Some send what another one is just sending, or what was acknowledged long ago.
/// </summary>
public sealed class Shop
{
    private const string Prefix = "order-";

    /// <summary>The API key that it sends with.</summary>
    public const string Key = "capi_crash";

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(15);

    private readonly IReadOnlyList<Uri> addresses;
    private readonly IReadOnlyList<string> containers;
    private readonly Random[] randoms;
    private readonly TimeSpan pause;
    private readonly int most;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Acknowledgement>> acknowledgements = new();
    private readonly ConcurrentQueue<DateTimeOffset> acknowledgedAt = new();
    private readonly string[] underWay;
    private readonly Task[] sending;
    private volatile bool isClosing;
    private int lastEvent;
    private int requests;
    private int unheard;
    private int unanswered;
    private int refused;
    private int refusedInRow;

    /// <param name="addresses">Where the shop may send: a connection takes the next one when it got no answer, as behind a load balancer.</param>
    /// <param name="containers">The event's number decides which one it belongs to.</param>
    /// <param name="pause">How long a connection rests at the most after each event.</param>
    /// <param name="most">How many different events are sent before the shop closes by itself.</param>
    public Shop(IReadOnlyList<Uri> addresses, IReadOnlyList<string> containers, int connections, TimeSpan pause, int seed, int most = int.MaxValue)
    {
        this.addresses = addresses;
        this.containers = containers;
        this.pause = pause;
        this.most = most;
        randoms = [.. Enumerable.Range(0, connections).Select(connection => new Random(seed + connection))];
        underWay = [.. Enumerable.Range(0, connections).Select(_ => "")];
        sending = [.. Enumerable.Range(0, connections).Select(connection => Task.Run(() => Work(connection)))];
    }

    /// <summary>What came back, by event id; only acknowledgements, in the order in which they came.</summary>
    public IReadOnlyDictionary<string, ConcurrentQueue<Acknowledgement>> Acknowledged => acknowledgements;

    /// <summary>When each acknowledgement came.</summary>
    public IReadOnlyCollection<DateTimeOffset> AcknowledgedAt => acknowledgedAt;

    /// <summary>Attempts in all.</summary>
    public int Requests => requests;

    /// <summary>Attempts that found nobody listening.</summary>
    public int Unheard => unheard;

    /// <summary>Attempts whose connection broke before the answer.</summary>
    public int Unanswered => unanswered;

    /// <summary>Attempts answered 503.</summary>
    public int Refused => refused;

    /// <summary>Attempts answered 503 since the last acknowledgement.</summary>
    public int RefusedInRow => refusedInRow;

    /// <summary>Begins no more events; ends when all begun ones are acknowledged.</summary>
    public Task Close()
    {
        isClosing = true;
        return Task.WhenAll(sending);
    }

    /// <summary>Ends when <c>most</c> events are acknowledged.</summary>
    public Task SellOut() => Task.WhenAll(sending);

    private async Task Work(int connection)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1 };
        using var http = new HttpClient(handler) { Timeout = AnswersWithin };
        var turn = connection;
        var random = randoms[connection];
        while (!isClosing && Choose(connection, random) is { } id)
        {
            underWay[connection] = id;
            Acknowledgement? acknowledgement;
            while ((acknowledgement = await Attempt(http, addresses[turn % addresses.Count], id)) is null)
            {
                turn++;
                await Task.Delay(BetweenAttempts);
            }
            acknowledgements.GetOrAdd(id, _ => new()).Enqueue(acknowledgement.Value);
            acknowledgedAt.Enqueue(DateTimeOffset.UtcNow);
            refusedInRow = 0;
            if (pause > TimeSpan.Zero) await Task.Delay(pause * random.NextDouble());
        }
    }

    /// <returns>Null when everything is sold.</returns>
    private string? Choose(int connection, Random random)
    {
        var dice = random.NextDouble();
        if (dice < 0.1 && underWay[random.Next(underWay.Length)] is { Length: > 0 } others) return others;
        if (dice < 0.2 && lastEvent > 0) return Name(random.Next(1, Math.Min(lastEvent, most) + 1));
        var number = Interlocked.Increment(ref lastEvent);
        return number <= most ? Name(number) : null;
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}");

    /// <returns>Null when the event has to be sent again.</returns>
    private async Task<Acknowledgement?> Attempt(HttpClient http, Uri address, string id)
    {
        Interlocked.Increment(ref requests);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/api/v1/events")) { Content = new StringContent(Event(id), Encoding.UTF8, "application/json") };
            request.Headers.Add("X-API-Key", Key);
            using var answer = await http.SendAsync(request);
            var body = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                Interlocked.Increment(ref refused);
                Interlocked.Increment(ref refusedInRow);
                return null;
            }
            Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK, $"{id} was answered {(int)answer.StatusCode}: {body}");
            return new Acknowledgement((int)answer.StatusCode, (string)JsonNode.Parse(body)!["id"]!);
        }
        catch (HttpRequestException nobody) when (nobody.HttpRequestError == HttpRequestError.ConnectionError)
        {
            Interlocked.Increment(ref unheard);
            return null;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or IOException)
        {
            Interlocked.Increment(ref unanswered);
            return null;
        }
    }

    /// <summary>The container that an event belongs to.</summary>
    public string ContainerOf(string id) => containers[int.Parse(id[Prefix.Length..], CultureInfo.InvariantCulture) % containers.Count];

    private string Event(string id) =>
        $$"""
        {
          "event_name": "Purchase", "event_type": "conversion", "container_id": "{{ContainerOf(id)}}", "event_id": "{{id}}",
          "payload": { "value": 49.90, "currency": "EUR", "transaction_id": "{{id}}" },
          "user_data": { "email": "{{id}}@customers.example", "external_id": "{{id}}" }
        }
        """;
}
