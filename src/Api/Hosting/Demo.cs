using System.Text.Json;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;
using Signalbox.Core.Visitors;
using Signalbox.Sandbox;

namespace Signalbox.Api.Hosting;

/// <summary>What runs when there is no configuration file: a shop whose ad platforms are this process's own sandbox.</summary>
internal static class Demo
{
    public const string ApiKey = "capi_demo_key";
    public const string AdminKey = "demo_admin_key";
    public const string Visitor = "demo-visitor";
    public const string SandboxPath = "/sandbox";

    private const string Container = "shop";
    private const string DefaultListen = "http://127.0.0.1:8080";
    private const string ListenVariable = "SIGNALBOX__LISTEN";

    /// <summary>The demo as the file that it could be written to. Its destinations follow the address that the environment chooses.</summary>
    public static string Configuration(IReadOnlyDictionary<string, string> environment)
    {
        var listen = environment.FirstOrDefault(pair => pair.Key.Equals(ListenVariable, StringComparison.OrdinalIgnoreCase)).Value ?? DefaultListen;
        var sandbox = Reachable(listen) + SandboxPath;
        return $$"""
            {
              "listen": {{JsonSerializer.Serialize(listen)}},
              "data": "./data/demo",
              "adminKey": "{{AdminKey}}",
              "network": { "allowPrivateDestinations": true },
              "workspaces": [{
                "id": "demo", "plan": "pro", "rateLimitPerMinute": 600000,
                "keys": [{ "name": "demo", "key": "{{ApiKey}}" }],
                "containers": [{
                  "id": "{{Container}}", "siteKey": "site_demo",
                  "destinations": [
                    { "id": "meta-demo", "platform": "meta", "endpoint": {{JsonSerializer.Serialize(sandbox + "/meta")}},
                      "settings": { "pixelId": "1234567890", "accessToken": "demo-token" } },
                    { "id": "webhook-demo", "platform": "webhook",
                      "settings": { "url": {{JsonSerializer.Serialize(sandbox + "/webhook/demo")}}, "secret": "{{SandboxOptions.DemoWebhookSecret}}" } }
                  ]
                }]
              }]
            }
            """;
    }

    /// <summary>A visitor who came by two ads, told the way a browser would tell it.</summary>
    public static async Task Seed(SignalboxHost host, TimeProvider time)
    {
        var container = host.Configuration.Current.FindContainer(Container)!;
        var identifiers = new SortedDictionary<Identifier, string>
        {
            [Identifier.Fbp] = "fb.1.1767225600000.1098115397",
            [Identifier.Fbclid] = "IwAR0demoClickFromAnAd",
            [Identifier.Gclid] = "EAIaIQdemoClickFromASearch",
            [Identifier.ClientIp] = "203.0.113.7",
            [Identifier.UserAgent] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
        };
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        await host.Actors.Visitor(new VisitorKey(container.Number, Visitor))
            .Merge(new VisitorTouch(now, identifiers, "https://shop.example/", "https://www.facebook.com/"));
    }

    public static string Welcome(string address)
    {
        address = Reachable(address);
        return $$"""
            Signalbox is running its demo: the shop's ad platforms are a sandbox in this process. A file {{Settings.ConfigurationFile.DefaultName}} would take its place.

            Send a purchase:

              curl -i {{address}}/api/v1/events -H 'X-API-Key: {{ApiKey}}' -H 'Content-Type: application/json' -d '{
                "event_name": "Purchase", "event_type": "conversion", "container_id": "{{Container}}", "event_id": "order-1001",
                "payload": { "value": 49.90, "currency": "EUR", "transaction_id": "order-1001" },
                "user_data": { "email": "Jane.Doe@example.com", "phone": "+49 151 23456789", "visitor_id": "{{Visitor}}" } }'

            See what reached the platforms, hashed and joined with the visitor's clicks:

              curl {{address}}{{SandboxPath}}/requests

            Ask where the event is:

              curl {{address}}/admin/v1/containers/{{Container}}/events/order-1001 -H 'Authorization: Bearer {{AdminKey}}'

            Everything else: {{address}}/openapi/v1.json        Stop with Ctrl+C.
            """;
    }

    /// <summary>An address that listens everywhere is reached at this machine's own.</summary>
    private static string Reachable(string listen)
    {
        if (!Uri.TryCreate(listen, UriKind.Absolute, out var url)) return DefaultListen;
        return url.Host is "0.0.0.0" or "[::]" ? $"http://127.0.0.1:{url.Port}" : url.GetLeftPart(UriPartial.Authority);
    }
}
