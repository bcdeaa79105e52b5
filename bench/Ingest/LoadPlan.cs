using System.Text.Json;

namespace Signalbox.Bench.Ingest;

/// <summary>What a load generator is to do.</summary>
/// <param name="Rate">Requests a second, sent when they are due whatever became of those before; 0: each connection sends when it was answered.</param>
internal sealed record LoadPlan(int Port, int Connections, double WarmUpSeconds, double Seconds, double Rate)
{
    public static LoadPlan Parse(string json) => JsonSerializer.Deserialize<LoadPlan>(json)!;

    public override string ToString() => JsonSerializer.Serialize(this);
}

/// <summary>What came of it.</summary>
/// <param name="Created">Requests answered with 201, the warm-up's included.</param>
/// <param name="Others">Requests answered otherwise.</param>
/// <param name="PerSecond">Answers a second, after the warm-up.</param>
/// <param name="P50">Latency in milliseconds, from when a request was due.</param>
/// <param name="ProcessorSeconds">Used by the generator after the warm-up.</param>
internal sealed record LoadResult(
    long Created, long Others, long Measured, double PerSecond, double P50, double P99, double P999, double Max, double ProcessorSeconds)
{
    public static LoadResult Parse(string json) => JsonSerializer.Deserialize<LoadResult>(json)!;

    /// <summary>With the answers of a warm-up that was counted by itself.</summary>
    public LoadResult Plus(Latencies warmUp) => this with { Created = Created + warmUp.Created, Others = Others + warmUp.Others };

    public override string ToString() => JsonSerializer.Serialize(this);
}
