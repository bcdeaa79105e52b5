using Signalbox.Sandbox.Arrivals;
using Signalbox.Sandbox.Faults;
using Signalbox.Sandbox.Rules;

namespace Signalbox.Sandbox;

/// <summary>One request at an emulated platform. A platform adds how it understands, judges and misbehaves.</summary>
internal abstract class Call(SandboxState state, string platform, string name)
{
    public SandboxState State { get; } = state;

    public string Platform { get; } = platform;

    /// <summary>The pixel or webhook.</summary>
    public string Name { get; } = name;

    public long Number { get; } = state.NextRequestNumber();

    public DateTimeOffset At { get; } = state.Time.GetUtcNow();

    public Findings Findings { get; } = new(state.Rules);

    /// <summary>The events sent, as far as the body could be understood.</summary>
    public IReadOnlyList<SentEvent> Events { get; protected set; } = [];

    /// <summary>Reads the request without judging it, so that a faulted call is still recorded with its events.</summary>
    public abstract Task Understand(HttpRequest request, byte[] body);

    /// <summary>The platform's own answer. Only an accepting one means that the events were taken.</summary>
    public abstract Answer Judge();

    /// <summary>The platform's answer in such trouble.</summary>
    public abstract Answer InTrouble(Fault fault);
}
