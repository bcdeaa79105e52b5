using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Signalbox.Servers;

/// <summary>A Redis of this process's own, on a free port of this machine, in a temporary folder that goes with it. It keeps its data over restarts.</summary>
public sealed class RedisServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // The number is gone before the process is: who removes the folder waits for the process.
    private readonly ServerFolder folder = new("redis", null, """pid=$(cat "$1/pid") && kill -9 "$pid"; while kill -0 "$pid"; do sleep 0.1; done""");

    public RedisServer()
    {
        if (WhyNone is { } why) throw new InvalidOperationException(why);
        Start();
    }

    /// <summary>Why no server can be started here, and what to install; null when one can.</summary>
    public static string? WhyNone { get; } = Programs.Redis is null ? "Redis is not installed (Debian: apt-get install redis-server)" : null;

    public int Port { get; } = ServerFolder.FreePort();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    private string PidFile => Path.Combine(folder.Path, "pid");

    /// <summary>Starts it (again), and waits until it answers.</summary>
    public void Start()
    {
        folder.Run(
            Programs.Redis!, "--bind", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture), "--dir", folder.Path, "--save", "",
            "--appendonly", "yes", "--appendfsync", "always", "--daemonize", "yes", "--pidfile", PidFile, "--logfile", Path.Combine(folder.Path, "log"));
        for (var until = DateTime.UtcNow + Patience; !Answers(); Thread.Sleep(20))
        {
            if (DateTime.UtcNow > until) throw new InvalidOperationException("Redis does not answer");
        }
    }

    public void Stop(ServerStop how)
    {
        using var server = Process.GetProcessById(int.Parse(File.ReadAllText(PidFile), CultureInfo.InvariantCulture));
        if (how == ServerStop.Fast) folder.Run("kill", server.Id.ToString(CultureInfo.InvariantCulture));
        else server.Kill();
        server.WaitForExit();
    }

    public void Dispose() => folder.Dispose();

    private bool Answers()
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", Port);
            using var stream = client.GetStream();
            stream.Write("PING\r\n"u8);
            var answer = new byte[5];
            stream.ReadExactly(answer);
            return answer.AsSpan().SequenceEqual("+PONG"u8);
        }
        catch (Exception notYet) when (notYet is SocketException or IOException)
        {
            return false;
        }
    }
}
