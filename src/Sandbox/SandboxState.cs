using System.Collections.Concurrent;
using Signalbox.Sandbox.Arrivals;
using Signalbox.Sandbox.Faults;
using Signalbox.Sandbox.Rules;
using Signalbox.Sandbox.Webhook;

namespace Signalbox.Sandbox;

/// <summary>
/// All that one sandbox knows: its rules, its faults, and what arrived. Safe for concurrent use. Two states share nothing.
/// </summary>
public sealed class SandboxState
{
    private readonly ConcurrentDictionary<(string Platform, string Name), Receiver> receivers = new();
    private readonly Dictionary<string, byte[]> webhookKeys;
    private readonly byte[] defaultWebhookKey;
    private long lastRequest;

    /// <exception cref="ArgumentException">An option is unusable; the message names it.</exception>
    public SandboxState(TimeProvider time, SandboxOptions? options = null)
    {
        Time = time;
        Options = options ?? new SandboxOptions();
        defaultWebhookKey = StandardWebhooks.Key(Options.WebhookSecret, nameof(Options.WebhookSecret));
        webhookKeys = Options.WebhookSecrets.ToDictionary(
            s => s.Key, s => StandardWebhooks.Key(s.Value, $"{nameof(Options.WebhookSecrets)}:{s.Key}"));
        Rules = new RuleBook(Options.DisabledRules);
        Requests = new RequestLog(Options.RecordedRequests, Options.RecordedBytes);
    }

    internal TimeProvider Time { get; }

    internal SandboxOptions Options { get; }

    internal RuleBook Rules { get; }

    internal FaultBoard Faults { get; } = new();

    internal RequestLog Requests { get; }

    internal long NextRequestNumber() => Interlocked.Increment(ref lastRequest);

    internal Receiver Receiver(string platform, string name) =>
        receivers.GetOrAdd((platform, name), key => new Receiver(key.Platform, key.Name));

    /// <summary>The receivers that match, in a stable order; null matches all.</summary>
    internal IEnumerable<Receiver> Receivers(string? platform, string? name) =>
        receivers.Values
            .Where(r => (platform ?? r.Platform) == r.Platform && (name ?? r.Name) == r.Name)
            .OrderBy(r => r.Platform, StringComparer.Ordinal).ThenBy(r => r.Name, StringComparer.Ordinal);

    internal byte[] WebhookKey(string name) => webhookKeys.GetValueOrDefault(name, defaultWebhookKey);

    /// <summary>Forgets every request, event and counter. Rules and faults stay.</summary>
    internal void Forget()
    {
        receivers.Clear();
        Requests.Clear();
    }
}
