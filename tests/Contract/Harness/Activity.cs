namespace Signalbox.Contract.Harness;

/// <summary>Knows whether anything in an engine is under way, as far as its ports, its clock and its calls show.</summary>
public sealed class Activity
{
    // How often in a row nothing may have happened: where an engine does not show every step, one look might fall between two.
    private const int Looks = 4;

    private long events;
    private int underWay;

    /// <summary>Something happened.</summary>
    public void Note() => Interlocked.Increment(ref events);

    /// <summary>Something that ends without anybody's doing has begun.</summary>
    public void Enter()
    {
        Interlocked.Increment(ref underWay);
        Note();
    }

    public void Leave()
    {
        Note();
        Interlocked.Decrement(ref underWay);
    }

    /// <summary>Ends when nothing happens any more until somebody calls, an answer arrives, or time passes.</summary>
    public async Task Rest()
    {
        for (var quiet = 0; quiet < Looks;)
        {
            var before = Interlocked.Read(ref events);
            await Task.Delay(1);
            var isQuiet = Volatile.Read(ref underWay) == 0 && Interlocked.Read(ref events) == before;
            quiet = isQuiet ? quiet + 1 : 0;
        }
    }
}
