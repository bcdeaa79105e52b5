using System.Globalization;
using Npgsql;

namespace Signalbox.Servers;

/// <summary>How a server is stopped.</summary>
public enum ServerStop
{
    /// <summary>It breaks off what is under way, and closes in order.</summary>
    Fast,

    /// <summary>It ends at once, as after a crash.</summary>
    Immediate,

    /// <summary>SIGKILL.</summary>
    Kill,
}

/// <summary>A PostgreSQL of this process's own, on a free port of this machine, in a temporary folder that goes with it.</summary>
public sealed class PostgresServer : IDisposable
{
    private const string Owner = "signalbox";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ServerFolder folder;

    public PostgresServer()
    {
        if (WhyNone is { } why) throw new InvalidOperationException(why);
        folder = new ServerFolder("postgres", Environment.IsPrivilegedProcess ? "postgres" : null, $"""{Program("pg_ctl")} stop -D "$1/data" -m immediate""");
        folder.Run(Program("initdb"), "-D", Data, "-U", Owner, "-A", "trust", "--encoding=UTF8", "--no-locale", "--no-sync");
        Start();
    }

    /// <summary>Why no server can be started here, and what to install; null when one can.</summary>
    public static string? WhyNone { get; } = Programs.PostgresFolder is null ? "PostgreSQL is not installed (Debian: apt-get install postgresql)" : null;

    public int Port { get; } = ServerFolder.FreePort();

    /// <summary>The server's own words since it was first started.</summary>
    public string Log => File.ReadAllText(Path.Combine(folder.Path, "log"));

    private string Data => Path.Combine(folder.Path, "data");

    /// <param name="database">The owner of all databases is asked for no password.</param>
    public string ConnectionString(string database) => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username={Owner};Database={database}");

    /// <summary>Starts it (again), and waits until it answers.</summary>
    public void Start()
    {
        var options = string.Create(
            CultureInfo.InvariantCulture,
            $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder.Path} -c shared_buffers=32MB -c max_connections=300");
        for (var until = DateTime.UtcNow + Patience; ;)
        {
            try
            {
                folder.Run(Program("pg_ctl"), "start", "-w", "-D", Data, "-l", Path.Combine(folder.Path, "log"), "-o", options);
                return;
            }
            catch (InvalidOperationException) when (DateTime.UtcNow < until)
            {
                // What a killed one left running still holds its memory for a moment.
                Thread.Sleep(100);
            }
        }
    }

    public void Stop(ServerStop how)
    {
        if (how == ServerStop.Kill) Kill();
        else folder.Run(Program("pg_ctl"), "stop", "-w", "-D", Data, "-m", how == ServerStop.Fast ? "fast" : "immediate");
    }

    /// <summary>Makes a role that may do all but needs its password.</summary>
    public void AddRole(string name, string password)
    {
        var rules = Path.Combine(Data, "pg_hba.conf");
        File.WriteAllText(rules, $"host all {name} 127.0.0.1/32 scram-sha-256\n{File.ReadAllText(rules)}");
        Run($"CREATE ROLE {name} SUPERUSER LOGIN PASSWORD '{password}'");
        Run("SELECT pg_reload_conf()");
    }

    /// <summary>Runs a statement as the owner.</summary>
    public void Run(string sql, string database = "postgres") => Databases.Run(ConnectionString(database), sql);

    public void Dispose() => folder.Dispose();

    private static string Program(string name) => Path.Combine(Programs.PostgresFolder!, name);

    private void Kill()
    {
        var pid = int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        using var postmaster = System.Diagnostics.Process.GetProcessById(pid);
        postmaster.Kill();
        postmaster.WaitForExit();
    }
}
