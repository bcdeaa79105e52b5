namespace Signalbox.Sandbox.Rules;

/// <summary>The breaches found in one request. The first that refuses is what the answer tells, as on the real platforms.</summary>
internal sealed class Findings(RuleBook rules)
{
    // A batch of a thousand bad events would otherwise be remembered as thousands of lines.
    private const int Most = 50;

    private readonly List<Violation> found = [];

    public IReadOnlyList<Violation> All => found;

    public Violation? Refusal { get; private set; }

    public void Add(Violation violation)
    {
        if (!rules.IsOn(violation.Rule)) return;
        if (violation.Rule.Refuses) Refusal ??= violation;
        if (found.Count < Most) found.Add(violation);
    }
}
