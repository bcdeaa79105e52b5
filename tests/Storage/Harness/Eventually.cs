namespace Signalbox.Storage.Tests.Harness;

internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits for what a server does in its own time.</summary>
    public static async Task Holds(Func<bool> condition)
    {
        for (var until = DateTime.UtcNow + Patience; !condition(); await Task.Delay(5)) Assert.True(DateTime.UtcNow < until, "it did not come about in time");
    }
}
