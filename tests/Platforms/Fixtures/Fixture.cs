using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Signalbox.Core.Ports;
using Signalbox.Platforms.Http;

namespace Signalbox.Platforms.Tests.Fixtures;

/// <summary>
/// One scenario in a platform's folder. <c>event.json</c> says what is sent, with which settings and when; <c>request.http</c> is the call that
/// must come of it, <c>response.http</c> what the platform answers, <c>outcome.json</c> what becomes of each event and of the call.
/// Where no event is left to send, there is neither request nor response.
/// </summary>
internal sealed class Fixture(string folder)
{
    private readonly JsonElement given = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "event.json"))).RootElement;

    public static string PlatformsFolder { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "../../../src/Platforms"));

    /// <summary>The folders that hold a platform.</summary>
    public static IEnumerable<string> PlatformFolders =>
        Directory.EnumerateDirectories(PlatformsFolder).Where(path => Directory.Exists(Path.Combine(path, "Fixtures"))).Order(StringComparer.Ordinal);

    public DateTimeOffset Now => given.GetProperty("now").GetDateTimeOffset();

    public string CallId => given.TryGetProperty("call_id", out var id) ? id.GetString()! : "evt_call";

    public Uri? Endpoint => given.TryGetProperty("endpoint", out var endpoint) ? new Uri(endpoint.GetString()!) : null;

    public JsonElement Settings => given.GetProperty("settings");

    public IEnumerable<OutgoingEvent> Events => given.GetProperty("events").EnumerateArray().Select(EventReader.Read);

    public string? Request => Read("request.http");

    public string Outcome => Read("outcome.json")!;

    public PlatformAnswer.Answered? Response => Read("response.http") is { } text ? ParseResponse(text) : null;

    public static string Render(PlatformRequest request)
    {
        var text = new StringBuilder($"{request.Method} {request.Url.AbsoluteUri} HTTP/1.1\n");
        foreach (var (name, value) in request.Headers) text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\n");
        return text.Append(CultureInfo.InvariantCulture, $"Content-Type: {request.ContentType}\n\n{Encoding.UTF8.GetString(request.Body.Span)}").ToString();
    }

    private PlatformAnswer.Answered ParseResponse(string text)
    {
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = text[..end].Split('\n');
        using var message = new HttpResponseMessage();
        foreach (var line in lines[1..])
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            message.Headers.TryAddWithoutValidation(line[..colon], line[(colon + 1)..].Trim());
        }
        var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        return new PlatformAnswer.Answered(status, RetryAfter.Read(message.Headers.RetryAfter, Now), Encoding.UTF8.GetBytes(text[(end + 2)..]));
    }

    private string? Read(string name) => Path.Combine(folder, name) is var path && File.Exists(path) ? File.ReadAllText(path) : null;

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
