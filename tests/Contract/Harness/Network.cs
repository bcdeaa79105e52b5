using System.Text;
using Signalbox.Core.Ports;

namespace Signalbox.Contract.Harness;

/// <summary>Records what is sent to whom, and answers when it is told to.</summary>
public sealed class Network(TimeProvider time, Activity activity) : ISender
{
    private readonly Lock gate = new();
    private readonly List<SentRequest> requests = [];
    private TaskCompletionSource? held;

    /// <summary>What a receiver says who takes everything.</summary>
    public Func<SentRequest, string> Answer { get; init; } = _ => "";

    public IReadOnlyList<SentRequest> Requests
    {
        get
        {
            lock (gate) return [.. requests];
        }
    }

    /// <summary>From now on answers are kept back until <see cref="Release"/>.</summary>
    public void Hold() => held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release()
    {
        held?.SetResult();
        held = null;
    }

    public async Task<PlatformAnswer> Send(string destination, PlatformRequest request, TimeSpan timeout, CancellationToken cancel)
    {
        activity.Note();
        var sent = new SentRequest(destination, time.GetUtcNow(), request);
        lock (gate) requests.Add(sent);
        if (held is { } waiting) await waiting.Task.WaitAsync(cancel);
        return new PlatformAnswer.Answered(200, null, Encoding.UTF8.GetBytes(Answer(sent)));
    }
}

/// <param name="Destination">As the engine names its circuit.</param>
public sealed record SentRequest(string Destination, DateTimeOffset At, PlatformRequest Request);
