using Signalbox.Sandbox.Rules;

namespace Signalbox.Sandbox.Arrivals;

/// <summary>One request as it came and how it was answered; no answer means the connection was cut. Tokens are masked in path and headers.</summary>
internal sealed record RecordedRequest(
    long Number, long AtMs, string Platform, string Name, string Method, string Path, KeyValuePair<string, string>[] Headers,
    byte[] Body, int EventCount, string?[] EventIds, string? Fault, Answer? Answer, IReadOnlyList<Violation> Violations)
{
    public string Id => IdOf(Number);

    public static string IdOf(long number) => $"r{number}";
}
