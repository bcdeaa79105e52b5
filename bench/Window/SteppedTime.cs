namespace Signalbox.Bench.Window;

/// <summary>A clock that stands where it is put.</summary>
internal sealed class SteppedTime : TimeProvider
{
    public DateTimeOffset Now { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;
}
