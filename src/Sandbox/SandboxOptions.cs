namespace Signalbox.Sandbox;

/// <summary>What a sandbox accepts and how much it remembers.</summary>
public sealed class SandboxOptions
{
    /// <summary>The webhook secret of the demo. It is published, so it protects nothing.</summary>
    public const string DemoWebhookSecret = "whsec_c2lnbmFsYm94LnNhbmRib3guZGVtby5zZWNyZXQ=";

    /// <summary>How many of the latest requests are kept whole. Counters and accepted events have no bound.</summary>
    public int RecordedRequests { get; set; } = 1000;

    /// <summary>How many bytes of bodies those requests may hold together; beyond it the oldest go early.</summary>
    public long RecordedBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// Meta access tokens and the pixels each may write to (<c>*</c> is every pixel). Empty: every token is accepted
    /// except those that start with <c>expired</c> or <c>revoked</c>.
    /// </summary>
    public Dictionary<string, string[]> MetaTokens { get; set; } = [];

    /// <summary>The secret of every webhook that has none of its own: <c>whsec_</c> and base64.</summary>
    public string WebhookSecret { get; set; } = DemoWebhookSecret;

    /// <summary>Secrets by webhook name.</summary>
    public Dictionary<string, string> WebhookSecrets { get; set; } = [];

    /// <summary>Names of rules that start switched off (<c>GET /sandbox/rules</c> lists them).</summary>
    public string[] DisabledRules { get; set; } = [];
}
