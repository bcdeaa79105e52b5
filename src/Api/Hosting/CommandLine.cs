using Signalbox.Api.Settings;
using Signalbox.Core.Ports;
using Signalbox.Embedded;
using Signalbox.Platforms;
using Signalbox.Platforms.Http;
using Signalbox.Sandbox;
using Signalbox.Storage.Postgres;
using Signalbox.Storage.Sqlite;

namespace Signalbox.Api.Hosting;

/// <summary>The executable: reads its arguments and its configuration, runs until it is asked to stop.</summary>
internal static class CommandLine
{
    private const string Help =
        $"""
        Signalbox takes conversion events over HTTP and delivers them to every ad platform.

        Usage: signalbox [--config PATH]

          --config PATH   the configuration file (default: {ConfigurationFile.DefaultName} in the working directory; without one, a demo runs)
          --help          this text
          --version       the version

        Environment: each key of the configuration has a variable that wins over the file, such as SIGNALBOX__LISTEN or
        SIGNALBOX__WORKSPACES__0__PLAN, and {"${NAME}"} in a string of the file stands for the variable NAME.

        {Ending.Codes}
        """;

    public static Task<int> Run(string[] args) => args switch
    {
        [] when File.Exists(ConfigurationFile.DefaultName) => RunFile(ConfigurationFile.DefaultName),
        [] => RunDemo(),
        ["--config", var path] => RunFile(path),
        [var option] when option.StartsWith("--config=", StringComparison.Ordinal) => RunFile(option["--config=".Length..]),
        ["--help" or "-h"] => Ending.Say(Help),
        ["--version"] => Ending.Say(Ending.Version),
        _ => Ending.Complain(Ending.WrongUsage, $"Unknown arguments; see --help."),
    };

    private static async Task<int> RunFile(string path)
    {
        var (declaration, faults) = ConfigurationFile.Read(path, ConfigurationFile.ProcessEnvironment(), PlatformRegistry.BuiltIn);
        if (declaration is null) return await Ending.Report(path, faults);
        return await Serve(declaration, null, _ => Task.CompletedTask, address => $"Signalbox listens on {address}.");
    }

    private static async Task<int> RunDemo()
    {
        var environment = ConfigurationFile.ProcessEnvironment();
        var (declaration, faults) = ConfigurationFile.Parse(Demo.Configuration(environment), environment, PlatformRegistry.BuiltIn);
        if (declaration is null) return await Ending.Report("The demo's configuration", faults);
        var sandbox = new SandboxState(TimeProvider.System);
        return await Serve(declaration, sandbox, host => Demo.Seed(host, TimeProvider.System), Demo.Welcome);
    }

    private static async Task<int> Serve(
        Declaration declaration, SandboxState? sandbox, Func<SignalboxHost, Task> started, Func<string, string> welcome)
    {
        try
        {
            if (declaration.Database is { } database)
            {
                await using var storage = await PostgresStorage.Open(database, TimeProvider.System, DatabaseUse.Alone);
                return await Serve(declaration, storage.Stores, sandbox, started, welcome);
            }
            using var folder = SqliteStorage.Open(declaration.Data, TimeProvider.System, EndProcess);
            return await Serve(declaration, folder.Stores, sandbox, started, welcome);
        }
        catch (DatabaseException unusable)
        {
            return await Ending.Complain(Ending.WrongUsage, $"database: {unusable.Message}");
        }
        catch (DataFolderException unusable)
        {
            return await Ending.Complain(Ending.WrongUsage, unusable.Message);
        }
        catch (StoreUnavailableException unusable)
        {
            var store = declaration.Database is null ? $"The data folder {declaration.Data}" : "The database";
            return await Ending.Complain(Ending.Failed, $"{store} cannot be used: {unusable.Message}");
        }
        catch (IOException unusable)
        {
            return await Ending.CannotListen(declaration.Listen, unusable);
        }
    }

    private static async Task<int> Serve(
        Declaration declaration, Stores stores, SandboxState? sandbox, Func<SignalboxHost, Task> started, Func<string, string> welcome)
    {
        using var sender = new HttpSender(declaration.Network.AllowPrivateDestinations, TimeProvider.System);
        await using var host = await EmbeddedHost.Build(
            declaration, stores, sender, log => EngineSettings.ForProcess(bug => Ending.Log(log, bug)),
            mapMore: routes => MapSandbox(routes, sandbox));
        await host.Start();
        await started(host);
        Console.WriteLine(welcome(host.Urls.First()));
        await host.WaitForShutdown();
        return 0;
    }

    private static void MapSandbox(IEndpointRouteBuilder routes, SandboxState? sandbox)
    {
        if (sandbox is not null) routes.MapSandbox(Demo.SandboxPath, sandbox);
    }

    private static void EndProcess(Exception failure) =>
        Environment.FailFast($"The disk did not confirm a write; what it holds is known only after a restart. {failure.Message}");
}
