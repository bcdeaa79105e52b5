namespace Signalbox.Sandbox.Arrivals;

/// <summary>What identifies one event of a request: platforms deduplicate by name and id together.</summary>
internal readonly record struct SentEvent(string? Id, string Name);
