using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Signalbox.Crash.Tests.Harness;

/// <summary>An answer to one attempt at sending an event.</summary>
/// <param name="Id">The router's id of the event.</param>
internal readonly record struct Acknowledgement(int Status, string Id);

/// <summary>
/// A shop's backend: several connections that each send one event after the other, and each of them with the same id until it is acknowledged.
/// Some send what another one is just sending, or what was acknowledged long ago.
/// </summary>
internal sealed class Shop
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(15);

    private readonly Uri address;
    private readonly Random[] randoms;
    private readonly TimeSpan pause;
    private readonly int most;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Acknowledgement>> acknowledgements = new();
    private readonly string[] underWay;
    private readonly Task[] sending;
    private volatile bool isClosing;
    private int lastEvent;
    private int requests;
    private int unheard;
    private int unanswered;
    private int refused;
    private int refusedInRow;

    /// <param name="pause">How long a connection rests at the most after each event.</param>
    /// <param name="most">How many different events are sent before the shop closes by itself.</param>
    public Shop(Uri address, int connections, TimeSpan pause, int seed, int most = int.MaxValue)
    {
        this.address = address;
        this.pause = pause;
        this.most = most;
        randoms = [.. Enumerable.Range(0, connections).Select(connection => new Random(seed + connection))];
        underWay = [.. Enumerable.Range(0, connections).Select(_ => "")];
        sending = [.. Enumerable.Range(0, connections).Select(connection => Task.Run(() => Work(connection)))];
    }

    /// <summary>What came back, by event id; only acknowledgements, in the order in which they came.</summary>
    public IReadOnlyDictionary<string, ConcurrentQueue<Acknowledgement>> Acknowledged => acknowledgements;

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
        using var http = new HttpClient(handler) { BaseAddress = address, Timeout = AnswersWithin };
        var random = randoms[connection];
        while (!isClosing && Choose(connection, random) is { } id)
        {
            underWay[connection] = id;
            var acknowledgement = await Send(http, id);
            acknowledgements.GetOrAdd(id, _ => new()).Enqueue(acknowledgement);
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

    private static string Name(int number) => $"order-{number}";

    private async Task<Acknowledgement> Send(HttpClient http, string id)
    {
        while (true)
        {
            if (await Attempt(http, id) is { } acknowledgement) return acknowledgement;
            await Task.Delay(BetweenAttempts);
        }
    }

    /// <returns>Null when the event has to be sent again.</returns>
    private async Task<Acknowledgement?> Attempt(HttpClient http, string id)
    {
        Interlocked.Increment(ref requests);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/events") { Content = new StringContent(Event(id), Encoding.UTF8, "application/json") };
            request.Headers.Add("X-API-Key", Installation.Key);
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

    private static string Event(string id) =>
        $$"""
        {
          "event_name": "Purchase", "event_type": "conversion", "container_id": "shop", "event_id": "{{id}}",
          "payload": { "value": 49.90, "currency": "EUR", "transaction_id": "{{id}}" },
          "user_data": { "email": "{{id}}@customers.example", "external_id": "{{id}}" }
        }
        """;
}
