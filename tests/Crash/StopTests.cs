using System.Diagnostics;
using Signalbox.Crash.Tests.Harness;
using Signalbox.Processes;
using Xunit.Abstractions;

namespace Signalbox.Crash.Tests;

/// <summary>How the executable ends when it is asked to, when it may not start, and when the disk is full.</summary>
public sealed class StopTests(ITestOutputHelper output)
{
    private const int Connections = 16;
    private const string Pixel = "1234567890";
    private const string Hook = "shop";

    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(15);

    [UnixFact]
    public async Task I1_a_stop_under_load_loses_nothing_and_sends_nothing_twice()
    {
        await using var sandbox = await SandboxServer.Start();
        using var installation = Install(sandbox);
        await installation.Start();
        var shop = new Shop([installation.Address], ["shop"], Connections, pause: TimeSpan.FromMilliseconds(60), seed: 1);
        for (var round = 0; round < 3; round++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1.5));
            var watch = Stopwatch.StartNew();
            var code = await installation.Stop(StopsWithin);
            output.WriteLine($"stopped within {watch.Elapsed.TotalSeconds:0.0} s");
            Assert.True(code is 0, $"exit code {code?.ToString() ?? "none: it did not stop"}\n{installation.Process.Output}");
            await installation.Start();
        }
        await shop.Close();
        var delivered = await installation.WaitUntilFinished(TimeSpan.FromSeconds(60));

        await Audit.AcceptedOnce(shop, installation);
        Assert.Empty(Audit.ArrivedAtMeta(await sandbox.Arrivals("meta", Pixel), shop, installation));
        Assert.Empty(Audit.ArrivedAtWebhook(await sandbox.Arrivals("webhook", Hook), shop, installation));
        Audit.NothingReported(installation);
        output.WriteLine($"{shop.Acknowledged.Count} events, delivered {delivered.TotalSeconds:0.0} s after the last sale");
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_folder_ends_with_a_clear_line()
    {
        await using var sandbox = await SandboxServer.Start();
        using var installation = Install(sandbox);
        await installation.Start();

        var second = installation.Launch();
        Assert.Equal(2, await second.WaitForExit(StopsWithin));

        Assert.Equal($"the data folder {installation.DataFolder} is in use by another process", second.Output);
        await installation.Ledger();
    }

    [UnixFact]
    public async Task I1_what_a_full_disk_does_not_take_is_not_acknowledged_and_is_taken_later()
    {
        await using var sandbox = await SandboxServer.Start();
        using var installation = Install(sandbox);
        // No file may grow beyond these blocks of 512 bytes; the trap lets a write fail, where the signal would end the process.
        installation.Launch("sh", "-c", "trap '' XFSZ; ulimit -f 1024; exec \"$@\"", "sh");
        await installation.WaitUntilReady();
        var shop = new Shop([installation.Address], ["shop"], Connections, pause: TimeSpan.FromMilliseconds(20), seed: 1);
        await Eventually.Happens(
            () => Task.FromResult(shop.RefusedInRow > 10 * Connections), TimeSpan.FromSeconds(60), () => $"the disk never filled up: {installation.Process.Output}");
        var taken = shop.Acknowledged.Count;
        Assert.False(installation.Process.HasExited, installation.Process.Output);

        installation.Process.Kill();
        await installation.Start();
        await shop.Close();
        await installation.WaitUntilFinished(TimeSpan.FromSeconds(60));

        await Audit.AcceptedOnce(shop, installation);
        Audit.ArrivedAtMeta(await sandbox.Arrivals("meta", Pixel), shop, installation);
        Audit.ArrivedAtWebhook(await sandbox.Arrivals("webhook", Hook), shop, installation);
        Audit.NothingReported(installation);
        output.WriteLine($"{taken} events fitted; {shop.Refused} requests were refused; {shop.Acknowledged.Count} events in the end");
    }

    private static Installation Install(SandboxServer sandbox) => new(
        Installation.Meta("meta", sandbox, Pixel, limits: []), Installation.Webhook("hook", sandbox, Hook, new() { ["eventsPerSecond"] = 2000 }));
}
