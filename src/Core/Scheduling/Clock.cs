namespace Signalbox.Core.Scheduling;

public static class Clock
{
    /// <summary>Now, cut to the whole milliseconds that stores keep.</summary>
    public static DateTimeOffset GetUtcMilliseconds(this TimeProvider time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
