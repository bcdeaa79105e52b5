using System.Diagnostics;

namespace Signalbox.Processes;

public static class Eventually
{
    /// <summary>Asks again and again until it has happened.</summary>
    /// <param name="otherwise">What to say when it has not within <paramref name="patience"/>.</param>
    public static async Task Happens(Func<Task<bool>> happened, TimeSpan patience, Func<string> otherwise)
    {
        var waited = Stopwatch.StartNew();
        while (!await happened())
        {
            Assert.True(waited.Elapsed < patience, $"after {patience.TotalSeconds} s: {otherwise()}");
            await Task.Delay(20);
        }
    }
}
