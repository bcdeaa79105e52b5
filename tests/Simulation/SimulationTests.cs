using Xunit.Abstractions;

namespace Signalbox.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int DefaultSeeds = 500;

    /// <summary>Runs <c>SIGNALBOX_SEEDS</c> seeds (500 by default) from <c>SIGNALBOX_FIRST_SEED</c> (1 by default), each twice.</summary>
    [Fact]
    public void I1_to_I7_hold_after_every_commit_for_every_seed()
    {
        var first = Setting("SIGNALBOX_FIRST_SEED", 1);
        var count = Setting("SIGNALBOX_SEEDS", DefaultSeeds);
        var failures = new List<string>();
        for (var seed = first; seed < first + count; seed++)
        {
            try
            {
                var trace = Run.Of(seed);
                Assert.True(trace == Run.Of(seed), "the same seed went another way the second time");
            }
            catch (Exception failure)
            {
                failures.Add($"seed {seed}: {failure.Message}\n  again: SIGNALBOX_FIRST_SEED={seed} SIGNALBOX_SEEDS=1 dotnet test tests/Simulation\n{failure.StackTrace}");
                if (failures.Count == 3) break;
            }
        }
        output.WriteLine($"{count} seeds from {first}");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;
}
