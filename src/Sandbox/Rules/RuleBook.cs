using System.Collections.Frozen;
using Signalbox.Sandbox.Meta;
using Signalbox.Sandbox.Webhook;

namespace Signalbox.Sandbox.Rules;

/// <summary>Which rules are on. All are, until switched off.</summary>
internal sealed class RuleBook
{
    public static readonly Rule[] All = [.. MetaRules.All, .. WebhookRules.All];

    private static readonly FrozenSet<string> Names = All.Select(r => r.Name).ToFrozenSet();

    private readonly Lock gate = new();
    private volatile HashSet<string> off;

    public RuleBook(IEnumerable<string> disabled)
    {
        off = [.. disabled];
        if (off.FirstOrDefault(name => !Exists(name)) is { } unknown)
            throw new ArgumentException($"{nameof(SandboxOptions.DisabledRules)}: there is no rule '{unknown}'");
    }

    public static bool Exists(string name) => Names.Contains(name);

    public bool IsOn(Rule rule) => !off.Contains(rule.Name);

    public void Switch(IEnumerable<KeyValuePair<string, bool>> rules)
    {
        lock (gate)
        {
            var next = new HashSet<string>(off);
            foreach (var (name, on) in rules)
            {
                if (on) next.Remove(name);
                else next.Add(name);
            }
            off = next;
        }
    }
}
