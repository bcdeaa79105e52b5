namespace Signalbox.Contract.Harness;

/// <summary>Knows whether anything in an engine is under way, as far as its ports, its clock and its calls show.</summary>
public sealed class Activity
{
    // How often in a row nothing may have happened: where an engine does not show every step, one look might fall between two.
    private const int Looks = 4;

    // And how often at the most nothing may have happened while a thread of the pool was at work: it may be another's.
    private const int MostLooks = 25;

    private long events;
    private int underWay;
    private int fewestAtWork = int.MaxValue;

    /// <summary>Whether the engine shows every step, so that one look is enough.</summary>
    public bool IsWhole { get; set; }

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
        for (int quiet = 0, looks = 0; quiet < (IsWhole ? 1 : Looks); looks++)
        {
            var before = Interlocked.Read(ref events);
            if (IsWhole) await Task.Yield();
            else await Task.Delay(1);
            var isStill = Volatile.Read(ref underWay) == 0 && Interlocked.Read(ref events) == before;
            if (!isStill) looks = 0;
            quiet = isStill && (IsWhole || IsPoolIdle() || looks >= MostLooks) ? quiet + 1 : 0;
        }
    }

    /// <summary>Whether as few threads of the pool are at work as ever: some are for as long as the tests run.</summary>
    private bool IsPoolIdle()
    {
        ThreadPool.GetMaxThreads(out var all, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);
        var atWork = all - available - (Thread.CurrentThread.IsThreadPoolThread ? 1 : 0) + (int)ThreadPool.PendingWorkItemCount;
        fewestAtWork = Math.Min(fewestAtWork, atWork);
        return atWork == fewestAtWork;
    }
}
