using Signalbox.Contract.Trace;

namespace Signalbox.Embedded.Tests;

public sealed class ScriptTests
{
    /// <summary>The comparison with another engine (I8) is in tests/Grains. Here is said what it is worth: what the script has, and that no chance is in it.</summary>
    [Fact]
    public async Task The_script_that_engines_are_compared_by_gives_the_same_twice_and_has_something_of_everything()
    {
        var summary = await Parity.AssertSame(ContractEngine.Start, ContractEngine.Start);
        Assert.Equal(
            [
                "collect 200: 83",
                "collect 400: 9",
                "collect 404: 3",
                "signals 200: 15",
                "signals 201: 167",
                "signals 400: 13",
                "signals 401: 2",
                "signals 403: 5",
                "signals 404: 3",
                "shop/pixel: 132 = 86 delivered + 37 rejected + 9 expired + 0 consent_denied",
                "shop/warehouse: 132 = 54 delivered + 0 rejected + 0 expired + 78 consent_denied",
                "blog/archive: 35 = 35 delivered + 0 rejected + 0 expired + 0 consent_denied",
            ],
            summary);
    }
}
