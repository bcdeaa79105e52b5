using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Signalbox.Bench.Ingest;

/// <summary>A real executable with one container, and one Meta destination with Meta's default limits that sends to the sink.</summary>
internal sealed class SignalboxServer : IDisposable
{
    public const string EventsPath = "/api/v1/events";
    public const string ApiKey = "capi_benchmark_of_ingest";

    public const string AdminKey = "admin_of_benchmark";
    public const string SiteKey = "site_shop";

    private readonly Child child;
    private readonly HttpClient http;

    private SignalboxServer(Child child, int port)
    {
        this.child = child;
        Port = port;
        http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
    }

    public int Port { get; }

    public Child Child => child;

    /// <param name="program">An executable that stands beside this one, or its path.</param>
    public static async Task<SignalboxServer> Start(string program, params string[] arguments)
    {
        var child = Child.Start(program, arguments);
        var server = new SignalboxServer(child, await child.ReadPort());
        await server.SeedVisitors();
        return server;
    }

    /// <summary>The length of the answer to a purchase.</summary>
    public async Task<int> MeasureAnswer()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, EventsPath);
        request.Headers.Add("X-API-Key", ApiKey);
        request.Content = new ByteArrayContent(Purchases.Body(person: 0, variant: 0, number: 0));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadAsByteArrayAsync()).Length;
    }

    private async Task<LedgerTotals> ReadLedger()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/v1/ledger");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        var ledger = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("totals");
        return new LedgerTotals(
            ledger.GetProperty("accepted").GetInt64(), ledger.GetProperty("delivered").GetInt64(), ledger.GetProperty("waiting").GetInt64(),
            ledger.GetProperty("balances").GetBoolean());
    }

    /// <summary>The ledger has accepted exactly what was answered with 201, and balances; anything else fails the benchmark.</summary>
    public async Task<LedgerTotals> CheckLedger(long created)
    {
        var ledger = await ReadLedger();
        if (ledger.Accepted != created || !ledger.Balances) throw new InvalidOperationException($"{created} answers of 201, but the ledger says {ledger}");
        return ledger;
    }

    public void Dispose()
    {
        http.Dispose();
        child.Dispose();
    }

    /// <summary>Half of the people have been to the shop before, so that half of the visitors named are found.</summary>
    private async Task SeedVisitors()
    {
        for (var person = 0; person < Purchases.People; person += 2)
        {
            using var answer = await http.PostAsJsonAsync("/collect", new
            {
                site_key = SiteKey, visitor_id = Purchases.VisitorId(person), fbp = $"fb.1.1767225600000.{1_000_000_000 + person}",
                url = $"https://shop.example/?fbclid=IwAR-benchmark-{person}",
            });
            answer.EnsureSuccessStatusCode();
        }
    }
}

/// <summary>The ledger, summed over all destinations; here there is one.</summary>
internal sealed record LedgerTotals(long Accepted, long Delivered, long Waiting, bool Balances);
