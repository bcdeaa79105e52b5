namespace Signalbox.Sandbox;

/// <summary>Serves the sandbox alone. Options come from the section <c>Sandbox</c> of the usual .NET configuration.</summary>
internal static class SandboxProgram
{
    private const string Prefix = "/sandbox";

    private static async Task Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null) builder.WebHost.UseUrls("http://127.0.0.1:8090");

        var options = builder.Configuration.GetSection("Sandbox").Get<SandboxOptions>() ?? new SandboxOptions();
        var app = builder.Build();
        app.MapSandbox(Prefix, new SandboxState(TimeProvider.System, options));
        await app.StartAsync();
        Console.WriteLine(Welcome(app.Urls.First() + Prefix, options));
        await app.WaitForShutdownAsync();
    }

    private static string Welcome(string address, SandboxOptions options) =>
        $$$"""
        The Signalbox sandbox: ad platforms that take your events seriously and keep them to themselves.

          Meta Conversions API   {{{address}}}/meta/v25.0/{pixel}/events      any token but expired… and revoked…
          Standard Webhooks      {{{address}}}/webhook/{name}                 secret {{{(options.WebhookSecret == SandboxOptions.DemoWebhookSecret ? options.WebhookSecret : "as configured")}}}
          What arrived           {{{address}}}/requests
          Everything else        {{{address}}}

        Try:
          curl -X POST '{{{address}}}/meta/v25.0/1234567890/events' -H 'Authorization: Bearer demo' -H 'Content-Type: application/json' \
            -d '{"data":[{"event_name":"Lead","event_id":"first","event_time":'$(date +%s)',"action_source":"phone_call","user_data":{"external_id":"customer-1"}}]}'
          curl '{{{address}}}/requests'
        """;
}
