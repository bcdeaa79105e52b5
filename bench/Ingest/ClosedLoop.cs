using System.Diagnostics;

namespace Signalbox.Bench.Ingest;

/// <summary>Each connection sends its next request when the last one was answered: as much as the server takes.</summary>
internal sealed class ClosedLoop(IReadOnlyList<Connection> connections, Latencies latencies, Numbers numbers)
{
    public Task Run(long until) => Task.WhenAll(connections.Select(connection => Run(connection, until)));

    private async Task Run(Connection connection, long until)
    {
        while (true)
        {
            var sent = Stopwatch.GetTimestamp();
            if (sent >= until) return;
            var status = await connection.Send(numbers.Next());
            var answered = Stopwatch.GetTimestamp();
            latencies.Add(status, sent, answered, answered);
        }
    }
}
