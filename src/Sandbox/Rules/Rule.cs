namespace Signalbox.Sandbox.Rules;

/// <summary>One thing an emulator insists on. A rule that does not refuse only notes what the platform would warn about.</summary>
internal sealed record Rule(string Name, bool Refuses, string About);

/// <summary>
/// One breach of a rule. Field and message never carry the value found: it may be personal.
/// Subcode and title are Meta's, where known.
/// </summary>
internal sealed record Violation(Rule Rule, string Field, string Message, int? Subcode = null, string? Title = null);
