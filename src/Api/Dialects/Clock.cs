namespace Signalbox.Api.Dialects;

internal static class Clock
{
    /// <summary>Now, in UTC, to the millisecond as events keep it.</summary>
    public static DateTimeOffset Milliseconds(TimeProvider time) => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
