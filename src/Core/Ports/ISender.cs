namespace Signalbox.Core.Ports;

/// <summary>Carries requests to platforms. Never throws for what a network or a platform does; a cancelled call throws.</summary>
public interface ISender
{
    /// <param name="destination">Names the circuit that the call belongs to.</param>
    Task<PlatformAnswer> Send(string destination, PlatformRequest request, TimeSpan timeout, CancellationToken cancel);
}

/// <summary>What came of a call.</summary>
public abstract record PlatformAnswer
{
    /// <summary>The platform answered.</summary>
    /// <param name="RetryAfter">The <c>Retry-After</c> header as a duration; null without one.</param>
    /// <param name="Body">The body's beginning, 64 KB at most.</param>
    public sealed record Answered(int Status, TimeSpan? RetryAfter, ReadOnlyMemory<byte> Body) : PlatformAnswer;

    /// <summary>No answer within the time allowed, or the connection broke: whether the platform took the events is unknown.</summary>
    public sealed record NoAnswer(string Reason) : PlatformAnswer;

    /// <summary>Nothing was sent, because the destination's circuit is open.</summary>
    public sealed record CircuitOpen(TimeSpan RetryAfter) : PlatformAnswer;

    /// <summary>Nothing was sent, and nothing will be until the configuration changes: the address is not allowed.</summary>
    public sealed record Forbidden(string Reason) : PlatformAnswer;
}

/// <summary>What an answer means.</summary>
public abstract record Verdict
{
    /// <summary>The platform's words, scrubbed of personal data and secrets, shortened; null where it said nothing.</summary>
    public string? Words { get; init; }

    /// <summary>All events were taken.</summary>
    public sealed record Delivered : Verdict;

    /// <summary>Single events were refused for good, the others taken.</summary>
    /// <param name="Rejected">By index in the call: why.</param>
    public sealed record Partial(IReadOnlyDictionary<int, string> Rejected) : Verdict;

    /// <summary>The call was refused for what is in it. With more than one event the batch is halved to find the culprit.</summary>
    public sealed record Refused(string Reason) : Verdict;

    /// <summary>The platform could not; the same call may succeed later.</summary>
    public sealed record Retry(string Reason) : Verdict;

    /// <summary>Too fast. The whole destination waits.</summary>
    public sealed record Throttled(TimeSpan? RetryAfter) : Verdict;

    /// <summary>Nothing was sent, because the destination's circuit is open. The whole destination waits.</summary>
    public sealed record CircuitOpen(TimeSpan RetryAfter) : Verdict;

    /// <summary>The credentials or the address are refused. The whole destination waits until its settings change.</summary>
    public sealed record Unauthorised(string Reason) : Verdict;
}
