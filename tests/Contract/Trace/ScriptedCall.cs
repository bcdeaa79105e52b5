namespace Signalbox.Contract.Trace;

/// <summary>One request of the script.</summary>
/// <param name="At">When it is sent, after the script's start.</param>
/// <param name="Address">The caller's.</param>
public sealed record ScriptedCall(
    TimeSpan At, string Dialect, string Path, IReadOnlyList<KeyValuePair<string, string>> Headers, string Address, string Body);
