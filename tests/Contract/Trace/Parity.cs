using Signalbox.Contract.Harness;

namespace Signalbox.Contract.Trace;

public static class Parity
{
    /// <summary>Plays the script on both engines and compares all there is to compare.</summary>
    /// <returns>What happened, the same on both, counted.</returns>
    public static async Task<IReadOnlyList<string>> AssertSame(StartEngine one, StartEngine other)
    {
        var script = Script.Calls();
        var first = await Stage.Play(script, one);
        var second = await Stage.Play(script, other);
        Assert.Equal(first.Answers, second.Answers);
        Assert.Equal(first.Journal, second.Journal);
        Assert.Equal(first.Payloads, second.Payloads);
        Assert.Equal(first.Visitors, second.Visitors);
        Assert.Equal(first.Ledger, second.Ledger);
        return first.Summary(script);
    }
}
