using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Signalbox.Crash.Tests.Harness;
using Signalbox.Processes;
using Xunit.Abstractions;

namespace Signalbox.Crash.Tests;

/// <summary>What the real executable leaves behind of a known person: in its files, its output, its pages, and at the platforms.</summary>
public sealed class PrivacyTests(ITestOutputHelper output)
{
    private const string Pixel = "1234567890";
    private const string Hook = "shop";

    private readonly List<string> leaks = [];

    [UnixTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task I6_nothing_personal_stays_in_files_output_pages_or_at_platforms(bool isKilled)
    {
        await using var sandbox = await SandboxServer.Start();
        using var installation = new Installation(
            Installation.Meta("meta", sandbox, Pixel, limits: []), Installation.Webhook("hook", sandbox, Hook, new() { ["eventsPerSecond"] = 2000 }));
        await installation.Start();
        // Platforms in trouble make a sender talk.
        await sandbox.Misbehave(new JsonObject
        {
            ["meta"] = new JsonObject { ["kind"] = "error", ["status"] = 500, ["times"] = 2 },
            ["webhook"] = new JsonObject { ["kind"] = "cut", ["times"] = 2 },
        });
        using var http = new HttpClient { BaseAddress = installation.Address };

        foreach (var visit in Person.Visits()) await Post(http, "/collect", visit, accepted: true);
        foreach (var visit in Person.FaultyVisits()) await Post(http, "/collect", visit, accepted: false);
        var ids = new List<string>();
        foreach (var e in Person.Events()) ids.Add((string)JsonNode.Parse(await Post(http, "/api/v1/events", e, accepted: true))!["id"]!);
        foreach (var e in Person.FaultyEvents()) await Post(http, "/api/v1/events", e, accepted: false);
        await Post(http, "/api/v1/events", Person.Events().First(), accepted: false, key: Person.Key);
        foreach (var path in Person.Paths()) Search($"the answer to {path}", await (await installation.Ask(path)).Content.ReadAsStringAsync());
        await SayNonsense(installation.Address);
        await installation.WaitUntilFinished(TimeSpan.FromSeconds(60));

        foreach (var id in ids)
        {
            var page = await installation.Get($"/admin/v1/containers/shop/events/{id}");
            Search($"the page of {id}", page);
            Assert.NotEmpty(Person.OfMarker.FindIn(page));
        }
        Search("the ledger", await installation.Get("/admin/v1/ledger"));
        Search("the metrics", await installation.Get("/metrics"));
        var atPlatforms = await sandbox.Read("requests?limit=1000");
        Search("what arrived at the platforms", atPlatforms);
        Assert.NotEmpty(Person.OfMarker.FindIn(atPlatforms));

        if (isKilled) installation.Process.Kill();
        else Assert.Equal(0, await installation.Stop(TimeSpan.FromSeconds(15)));
        Search("the output", installation.Process.Output);
        Assert.Contains("listens on", installation.Process.Output);
        SearchFiles(installation, isKilled);
        Assert.True(leaks.Count == 0, $"I6: {leaks.Count} leaks\n{string.Join("\n\n", leaks)}");
        output.WriteLine($"{ids.Count} events accepted; output: {installation.Process.Output}");
    }

    [Fact]
    public void I6_the_search_finds_every_one_of_the_requests()
    {
        foreach (var request in Person.Events().Concat(Person.FaultyEvents()).Concat(Person.FaultyVisits()).Concat(Person.Paths()).Append(Person.UserAgent).Append(Person.Key))
        {
            var isOnlyOfTheVisitor = request.Contains("\"v-1\"", StringComparison.Ordinal) && !request.Contains("site_key", StringComparison.Ordinal);
            Assert.True(isOnlyOfTheVisitor || Person.Traces.FindIn(request).Count > 0, request);
        }
        Assert.NotEmpty(Person.Traces.FindIn(Convert.ToBase64String(Encoding.UTF8.GetBytes("mail to kunde.geheim77@privat-mail.example now"))));
        Assert.NotEmpty(Person.Traces.FindIn(Encoding.Unicode.GetBytes("To QUIRINA")));
    }

    /// <summary>Each file, the write-ahead logs included.</summary>
    private void SearchFiles(Installation installation, bool isKilled)
    {
        var files = Directory.GetFiles(installation.DataFolder, "*", SearchOption.AllDirectories);
        var marked = 0;
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            Search(file, bytes);
            if (Person.OfMarker.FindIn(bytes).Count > 0) marked++;
            output.WriteLine($"{Path.GetRelativePath(installation.DataFolder, file)}: {bytes.Length} bytes");
        }
        Assert.True(marked > 0, "the search does not even find the marker");
        if (isKilled) Assert.Contains(files, file => file.EndsWith("-wal", StringComparison.Ordinal) && new FileInfo(file).Length > 0);
    }

    /// <returns>The answer's body.</returns>
    private async Task<string> Post(HttpClient http, string path, string body, bool accepted, string key = Shop.Key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-API-Key", key);
        request.Headers.TryAddWithoutValidation("User-Agent", Person.UserAgent);
        request.Headers.TryAddWithoutValidation("Referer", $"https://shop.example/?email={Person.Key}");
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(accepted ? answer.IsSuccessStatusCode : (int)answer.StatusCode is >= 400 and < 500, $"{(int)answer.StatusCode} {text}\nto {body}");
        // An acknowledgement gives the caller's own words back; a refusal may stand in somebody's log.
        if (!accepted) Search($"the answer to {body}", text);
        return text;
    }

    /// <summary>What is not even HTTP.</summary>
    private async Task SayNonsense(Uri address)
    {
        using var client = new TcpClient(address.Host, address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"{Person.Key} Quirina HTTP/9\r\nX {Person.Key}\r\n\r\n"));
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, timeout.Token);
        Search("the answer to nonsense", answer.ToArray());
    }

    private void Search(string where, string text) => Search(where, Encoding.UTF8.GetBytes(text));

    private void Search(string where, byte[] bytes)
    {
        var found = Person.Traces.FindIn(bytes);
        if (found.Count > 0) leaks.Add($"{where} holds\n{string.Join('\n', found)}");
    }
}
