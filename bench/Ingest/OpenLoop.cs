using System.Diagnostics;

namespace Signalbox.Bench.Ingest;

/// <summary>
/// Sends requests at an even rate, whatever became of those before. One that finds no connection free waits for one, and its latency counts from
/// when it was due: a server that stalls is not asked less (no coordinated omission).
/// </summary>
internal sealed class OpenLoop
{
    private readonly Lock gate = new();
    private readonly Queue<Connection> free;
    private readonly Queue<long> waiting = new();
    private readonly Latencies latencies;
    private readonly Numbers numbers;
    private readonly double ticksPerRequest;
    private readonly TaskCompletionSource allAnswered = new();
    private long unanswered = 1;

    public OpenLoop(IReadOnlyList<Connection> connections, Latencies latencies, Numbers numbers, double rate)
    {
        free = new Queue<Connection>(connections);
        this.latencies = latencies;
        this.numbers = numbers;
        ticksPerRequest = Stopwatch.Frequency / rate;
    }

    public Task Run(long start, long until)
    {
        new Thread(() => Pace(start, until)) { IsBackground = true }.Start();
        return allAnswered.Task;
    }

    private void Pace(long start, long until)
    {
        for (var count = 0L; ; count++)
        {
            var due = start + (long)(count * ticksPerRequest);
            if (due >= until) break;
            // Sleeping lasts a little more than a millisecond; what became due meanwhile is sent together, late, and its latency shows it.
            while (Stopwatch.GetTimestamp() < due) Thread.Sleep(1);
            Interlocked.Increment(ref unanswered);
            lock (gate) waiting.Enqueue(due);
            if (Pair() is var (connection, first)) _ = Send(connection, first);
        }
        Finish();
    }

    private (Connection Connection, long Due)? Pair()
    {
        lock (gate) return free.Count > 0 && waiting.Count > 0 ? (free.Dequeue(), waiting.Dequeue()) : null;
    }

    private async Task Send(Connection connection, long due)
    {
        try
        {
            while (true)
            {
                var status = await connection.Send(numbers.Next());
                latencies.Add(status, due, due, Stopwatch.GetTimestamp());
                Finish();
                lock (gate)
                {
                    free.Enqueue(connection);
                    if (waiting.Count == 0) return;
                    (connection, due) = (free.Dequeue(), waiting.Dequeue());
                }
            }
        }
        catch (Exception broken)
        {
            allAnswered.TrySetException(broken);
        }
    }

    private void Finish()
    {
        if (Interlocked.Decrement(ref unanswered) == 0) allAnswered.TrySetResult();
    }
}
