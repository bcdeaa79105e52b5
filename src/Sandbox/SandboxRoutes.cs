using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Signalbox.Sandbox.Arrivals;
using Signalbox.Sandbox.Faults;
using Signalbox.Sandbox.Meta;
using Signalbox.Sandbox.Rules;
using Signalbox.Sandbox.Webhook;

namespace Signalbox.Sandbox;

/// <summary>The sandbox over HTTP: the emulated platforms, and what a test or a curious person asks about them.</summary>
public static class SandboxRoutes
{
    // Read by people and programs, never set into a page, so nothing is escaped for HTML.
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string[] Index =
    [
        "POST /meta/{version}/{pixel}/events: Meta Conversions API",
        "POST /webhook/{name}: Standard Webhooks 1.0.0 receiver",
        "GET /requests?platform=&pixel=&since=&limit=: what arrived, newest last",
        "DELETE /requests: forget all requests, events and counters",
        "GET /stats?platform=&pixel=: counters by receiver",
        "GET /events?platform=&pixel=: every accepted event, one JSON per line",
        "GET /rate?platform=&pixel=&perSecond=&burst=: the window that most exceeds a rate",
        "GET, PUT, DELETE /faults: misbehave on purpose",
        "GET, PUT /rules: which rules are on",
    ];

    /// <summary>Serves the sandbox below <paramref name="prefix"/>, such as <c>/sandbox</c>.</summary>
    public static IEndpointRouteBuilder MapSandbox(this IEndpointRouteBuilder routes, string prefix, SandboxState state)
    {
        var group = routes.MapGroup(prefix).ExcludeFromDescription();
        group.MapPost("/meta/{version}/{pixel}/events", http => Desk.Serve(http, new MetaCall(state, Route(http, "version"), Route(http, "pixel"))));
        group.MapPost("/webhook/{name}", http => Desk.Serve(http, new WebhookCall(state, Route(http, "name"))));

        group.MapGet("", http => Answer(http, 200, new { Routes = Index.Select(line => line.Replace(" /", $" {prefix}/", StringComparison.Ordinal)) }));
        group.MapGet("/requests", http => Requests(http, state));
        group.MapDelete("/requests", http =>
        {
            state.Forget();
            return NoContent(http);
        });
        group.MapGet("/stats", http => Answer(http, 200, new { Receivers = Matching(http, state).Select(r => r.Stats()) }));
        group.MapGet("/events", http => EventStream.Write(http.Response, Matching(http, state), http.RequestAborted));
        group.MapGet("/rate", http => Rate(http, state));
        group.MapGet("/faults", http => Answer(http, 200, state.Faults.Show()));
        group.MapPut("/faults", http => SetFaults(http, state));
        group.MapDelete("/faults", http =>
        {
            state.Faults.Set([]);
            return NoContent(http);
        });
        group.MapGet("/rules", http => ShowRules(http, state));
        group.MapPut("/rules", http => SwitchRules(http, state));
        return routes;
    }

    private static Task Requests(HttpContext http, SandboxState state)
    {
        var (platform, name) = (Query(http, "platform"), Query(http, "pixel") ?? Query(http, "name"));
        if (!TryTime(Query(http, "since"), out var since)) return Wrong(http, "since: expected unix milliseconds or ISO 8601");
        var limit = 100;
        if (Query(http, "limit") is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit < 1))
            return Wrong(http, "limit: expected a whole number of at least 1");

        var requests = state.Requests.Latest(
            r => (platform ?? r.Platform) == r.Platform && (name ?? r.Name) == r.Name && r.AtMs >= since, limit);
        return Answer(http, 200, new { Requests = requests.Select(RequestView.Of) });
    }

    private static Task Rate(HttpContext http, SandboxState state)
    {
        if (Query(http, "platform") is not { } platform) return Wrong(http, "platform: required");
        if ((Query(http, "pixel") ?? Query(http, "name")) is not { } name) return Wrong(http, "pixel: required");
        if (!TryNumber(Query(http, "perSecond"), null, out var perSecond)) return Wrong(http, "perSecond: required, a number of at least 0");
        if (!TryNumber(Query(http, "burst"), 0, out var burst)) return Wrong(http, "burst: expected a number of at least 0");

        var worst = WorstRate.Of([.. state.Receivers(platform, name).SelectMany(r => r.Arrivals())], perSecond);
        return Answer(http, 200, new
        {
            worst.Events,
            worst.WorstExcess,
            WithinBurst = worst.WorstExcess <= burst,
            Window = new { worst.FromMs, worst.ToMs, Events = worst.EventsInWindow },
        });
    }

    private static async Task SetFaults(HttpContext http, SandboxState state)
    {
        if (await ReadJson(http) is not { } json)
        {
            await Wrong(http, "body: expected JSON");
            return;
        }
        var (faults, errors) = FaultReader.Read(json);
        if (errors.Count == 0) state.Faults.Set(faults);
        await (errors.Count == 0 ? Answer(http, 200, state.Faults.Show()) : Wrong(http, string.Join("; ", errors)));
    }

    private static Task ShowRules(HttpContext http, SandboxState state) =>
        Answer(http, 200, RuleBook.All.ToDictionary(r => r.Name, r => new { On = state.Rules.IsOn(r), r.Refuses, r.About }));

    private static async Task SwitchRules(HttpContext http, SandboxState state)
    {
        if (await ReadJson(http) is not { ValueKind: JsonValueKind.Object } json)
        {
            await Wrong(http, "body: expected a JSON object of rule names and true or false");
            return;
        }
        foreach (var rule in json.EnumerateObject())
        {
            if (RuleBook.Exists(rule.Name) && rule.Value.ValueKind is JsonValueKind.True or JsonValueKind.False) continue;
            await Wrong(http, RuleBook.Exists(rule.Name) ? $"{rule.Name}: expected true or false" : $"{rule.Name}: no such rule");
            return;
        }
        state.Rules.Switch(json.EnumerateObject().Select(r => KeyValuePair.Create(r.Name, r.Value.GetBoolean())));
        await ShowRules(http, state);
    }

    private static IEnumerable<Receiver> Matching(HttpContext http, SandboxState state) =>
        state.Receivers(Query(http, "platform"), Query(http, "pixel") ?? Query(http, "name"));

    private static string Route(HttpContext http, string name) => (string)http.Request.RouteValues[name]!;

    private static string? Query(HttpContext http, string name) => http.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;

    private static bool TryTime(string? text, out long ms)
    {
        ms = 0;
        if (text is null || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ms)) return true;
        var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        ms = time.ToUnixTimeMilliseconds();
        return isTime;
    }

    private static bool TryNumber(string? text, double? absent, out double number)
    {
        number = absent ?? 0;
        if (text is null) return absent is not null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number) && number >= 0;
    }

    private static async Task<JsonElement?> ReadJson(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return StrictJson.TryParse(body.GetBuffer().AsSpan(0, (int)body.Length), out var json) ? json : null;
    }

    private static Task Wrong(HttpContext http, string what) => Answer(http, 400, new { Error = what });

    private static Task NoContent(HttpContext http)
    {
        http.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private static Task Answer(HttpContext http, int status, object body)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(body, body.GetType(), Json, http.RequestAborted);
    }
}
