using System.Text.Json;
using Signalbox.Core.Ports;

namespace Signalbox.Platforms.Webhook;

/// <summary>One receiver and the secrets that its requests are signed with: the current one, and while secrets change the previous one too.</summary>
internal sealed record WebhookSettings(Uri Url, IReadOnlyList<byte[]> Secrets) : PlatformSettings(Url.Authority)
{
    public static WebhookSettings? Read(JsonElement settings, Uri? endpoint, Action<string, string> faults)
    {
        var reader = new SettingsReader(settings, faults);
        var url = reader.Required("url", WhatIsWrongWithUrl);
        var secret = reader.Required("secret", WhatIsWrongWithSecret);
        var previous = reader.Optional("previousSecret", WhatIsWrongWithSecret);
        if (reader.HasFaults()) return null;
        string[] secrets = previous is null ? [secret] : [secret, previous];
        return new WebhookSettings(Endpoint.Replace(new Uri(url), endpoint), [.. secrets.Select(text => StandardWebhooks.ReadSecret(text)!)]);
    }

    /// <summary>Without the secrets, and without the path, which often is one.</summary>
    public override string ToString() => $"webhook at {QuotaKey}";

    private static string? WhatIsWrongWithUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http")) return "must be an absolute https or http URL";
        if (url.UserInfo.Length > 0) return "must not hold a user name or password: requests are signed instead";
        return url.Fragment.Length > 0 ? "must not have a fragment, which is never sent" : null;
    }

    private static string? WhatIsWrongWithSecret(string text) =>
        StandardWebhooks.ReadSecret(text) is null ? "must be whsec_ and the base64 of 24 to 64 random bytes" : null;
}
