namespace Signalbox.Core.Containers;

/// <summary>The actor that owns one container's dedupe window and writes its journal.</summary>
public interface IContainer
{
    /// <summary>Accepts each event once (I2) and durably (I1), or says that it cannot. One call carries the events of many requests.</summary>
    /// <returns>One answer per event, in order.</returns>
    Task<IReadOnlyList<Acceptance>> Accept(IReadOnlyList<NewEvent> events);
}

/// <summary>An event as the door hands it over: nothing of it is parsed again before it is sent.</summary>
/// <param name="Bytes">What <see cref="Events.EventCodec"/> made.</param>
public sealed record NewEvent(EventHeader Header, ReadOnlyMemory<byte> Bytes);

/// <param name="Id">The router's id of the event (<c>evt_…</c>), of the first one for a duplicate; empty when unavailable.</param>
/// <param name="At">When the event, or the first one, was accepted.</param>
public readonly record struct Acceptance(AcceptStatus Status, string Id, DateTimeOffset At);

public enum AcceptStatus
{
    Accepted,
    Duplicate,

    /// <summary>It could not be made durable now; the caller may try again with the same event id.</summary>
    Unavailable,
}
