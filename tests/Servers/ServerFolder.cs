using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Signalbox.Servers;

/// <summary>
/// A server's folder and the account that it runs as: PostgreSQL refuses to run as root, so there it is the account that Debian's package makes.
/// A shell waits for the end of this process, however it comes about, and then ends the server and removes the folder.
/// </summary>
internal sealed class ServerFolder : IDisposable
{
    private readonly string? account;
    private readonly Process remover;

    /// <param name="account">The account to run as; null for this process's own.</param>
    /// <param name="end">A shell command that ends the server; <c>$1</c> is the folder.</param>
    public ServerFolder(string name, string? account, string end)
    {
        this.account = account;
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"signalbox-{name}-{Guid.NewGuid():N}");
        Run("mkdir", "-m", "700", Path);
        // Its standard input ends with this process, or when this object is disposed of.
        remover = Begin("sh", ["-c", $"""cat > /dev/null; {end}; rm -rf "$1" """, "sh", Path]);
    }

    public string Path { get; }

    /// <summary>Runs a program of the account's to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has its words.</exception>
    public void Run(string program, params string[] arguments)
    {
        using var process = Begin(program, arguments);
        var words = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {words.Result}");
    }

    public void Dispose()
    {
        remover.StandardInput.Close();
        remover.WaitForExit();
        remover.Dispose();
    }

    /// <summary>A port of this machine that nobody listens on just now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Process Begin(string program, string[] arguments)
    {
        string[] command = account is null ? [program, .. arguments] : ["runuser", "-u", account, "--", program, .. arguments];
        return Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/",
        })!;
    }
}
