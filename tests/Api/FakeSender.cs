using System.Collections.Concurrent;
using Signalbox.Core.Ports;

namespace Signalbox.Api.Tests;

/// <summary>A network on which every platform answers the same.</summary>
internal sealed class FakeSender : ISender
{
    public PlatformAnswer Answer { get; set; } = new PlatformAnswer.Answered(204, null, default);

    public ConcurrentQueue<PlatformRequest> Requests { get; } = new();

    public Task<PlatformAnswer> Send(string destination, PlatformRequest request, TimeSpan timeout, CancellationToken cancel)
    {
        Requests.Enqueue(request);
        return Task.FromResult(Answer);
    }
}
