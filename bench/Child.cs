using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Signalbox.Bench;

/// <summary>A process of its own, run by the same .NET as this one; ended when it is disposed.</summary>
internal sealed partial class Child : IDisposable
{
    private readonly Process process;

    private Child(Process process) => this.process = process;

    /// <summary>Processor time used so far, by all threads and the kernel on their behalf.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public long PeakMemory
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>Starts one of this program's own roles.</summary>
    public static Child StartRole(params ReadOnlySpan<string> arguments) => Start("Signalbox.Bench.dll", arguments);

    /// <param name="program">A program that stands beside this one.</param>
    public static Child Start(string program, params ReadOnlySpan<string> arguments)
    {
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(host) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, program));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // Completions of the generator's sockets run where they are noticed, which costs it least; servers run as they do elsewhere.
        if (arguments is [Ingest.LoadGenerator.Role, ..])
        {
            start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
            start.Environment["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = "1";
        }
        return new Child(Process.Start(start)!);
    }

    /// <summary>The next line it prints that contains <paramref name="mark"/>.</summary>
    public async Task<string> ReadLine(string mark = "")
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains(mark, StringComparison.Ordinal)) return line;
        }
        throw new InvalidOperationException($"{string.Join(' ', process.StartInfo.ArgumentList)} ended without saying {mark}");
    }

    /// <summary>The port of the address in the next line that has one.</summary>
    public async Task<int> ReadPort()
    {
        var line = await ReadLine("http://");
        return int.Parse(AddressPort().Match(line).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <returns>The exit code.</returns>
    public int WaitForExit()
    {
        process.WaitForExit();
        return process.ExitCode;
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    [GeneratedRegex(@"http://[^\s/]+:(\d+)")]
    private static partial Regex AddressPort();
}
