using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Signalbox.Processes;

/// <summary>One life of a real executable, from its start to its end.</summary>
public sealed class ServiceProcess : IDisposable
{
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Halt = 19;

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();

    /// <param name="assembly">The executable's file name. The build puts the executables of referenced projects, with all that they need, beside the tests.</param>
    /// <param name="folder">The working directory.</param>
    /// <param name="prefix">A program and its arguments that start the executable, such as a shell that sets a limit; empty for none.</param>
    public ServiceProcess(string assembly, string[] arguments, string folder, params ReadOnlySpan<string> prefix)
    {
        string[] command = [.. prefix, DotNet, "exec", Path.Combine(AppContext.BaseDirectory, assembly), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        // What somebody's shell configures is not what is tested here.
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToList()) start.Environment.Remove(name);
        // W^X maps memory through a file, which a limit on file sizes would hit.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        StartedAt = DateTimeOffset.UtcNow;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public DateTimeOffset StartedAt { get; }

    public bool HasExited => process.HasExited;

    /// <summary>Everything written to stdout and stderr by now.</summary>
    public string Output => string.Join('\n', output);

    /// <summary>SIGKILL: nothing of the process runs any more when this returns.</summary>
    public void Kill()
    {
        if (process.HasExited) return;
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>SIGTERM.</summary>
    public void AskToStop() => Assert.Equal(0, Signal(process.Id, Terminate));

    /// <summary>SIGSTOP: the process is there and does nothing, as on a machine that swaps or is moved.</summary>
    public void Pause() => Assert.Equal(0, Signal(process.Id, Halt));

    /// <summary>SIGCONT.</summary>
    public void Resume() => Assert.Equal(0, Signal(process.Id, Continue));

    /// <returns>The exit code, or null when the process still runs after <paramref name="patience"/>.</returns>
    public async Task<int?> WaitForExit(TimeSpan patience)
    {
        using var timeout = new CancellationTokenSource(patience);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("SIGNALBOX__", StringComparison.OrdinalIgnoreCase) || name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase);

    private static string DotNet { get; } =
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private void Keep(string? line)
    {
        if (line is not null) output.Enqueue(line);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}
