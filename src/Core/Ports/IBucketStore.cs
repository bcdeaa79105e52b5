namespace Signalbox.Core.Ports;

/// <summary>
/// The platforms' quotas: per quota key the moment from which the next events may be sent. Whoever moves it forward by compare-and-set owns
/// the stretch of time in between. Reads throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IBucketStore
{
    /// <summary>The end of what is reserved; <see cref="DateTimeOffset.MinValue"/> when nothing ever was.</summary>
    Task<DateTimeOffset> Read(string quotaKey);

    /// <summary>Moves it from <paramref name="expected"/> to <paramref name="next"/>, durably.</summary>
    Task<StoreOutcome> Reserve(string quotaKey, DateTimeOffset expected, DateTimeOffset next);
}
