using Signalbox.Api.Hosting;
using Signalbox.Api.Settings;
using Signalbox.Core.Ports;
using Signalbox.Platforms;
using Signalbox.Platforms.Http;
using Signalbox.Storage.Postgres;

namespace Signalbox.Silo;

/// <summary>The executable: reads its arguments and its configuration, and is a process of a cluster until it is asked to stop.</summary>
internal static class CommandLine
{
    private const string Help =
        $"""
        Signalbox takes conversion events over HTTP and delivers them to every ad platform. This is one process of a cluster.

        Usage: signalbox-silo [--config PATH] [--role silo|gateway]
               signalbox-silo apply [--config PATH]

          apply           makes the file's workspaces the configuration of the whole cluster, and ends; running processes follow within two seconds
          --config PATH   the configuration file (default: {ConfigurationFile.DefaultName} in the working directory)
          --role ROLE     silo (default): takes requests and runs its share of the actors; gateway: takes requests only
          --help          this text
          --version       the version

        A process takes from its file what is its own: listen, adminKey, network, database, cluster. The workspaces it takes from the database, where
        apply has put them. Environment: each key of the configuration has a variable that wins over the file, such as SIGNALBOX__LISTEN or
        SIGNALBOX__CLUSTER__REDIS, and {"${NAME}"} in a string of the file stands for the variable NAME.

        {Ending.Codes}
        """;

    public static async Task<int> Run(string[] args)
    {
        var given = Arguments.Parse(args);
        switch (given?.Order)
        {
            case Order.Run when Read(given.Path, ConfigurationUse.Silo) is var (declaration, faults):
                return declaration is null ? await Ending.Report(given.Path, faults) : await Serve(declaration, given.Role);
            case Order.Apply when Read(given.Path, ConfigurationUse.Apply) is var (declaration, faults):
                return declaration is null ? await Ending.Report(given.Path, faults) : await Apply(declaration);
            case Order.Help:
                return await Ending.Say(Help);
            case Order.Version:
                return await Ending.Say(Ending.Version);
            default:
                return await Ending.Complain(Ending.WrongUsage, "Unknown arguments; see --help.");
        }
    }

    private static (Declaration? Declaration, IReadOnlyList<ConfigurationFault> Faults) Read(string path, ConfigurationUse use) =>
        ConfigurationFile.Read(path, ConfigurationFile.ProcessEnvironment(), PlatformRegistry.BuiltIn, use);

    private static async Task<int> Apply(Declaration declaration)
    {
        try
        {
            await using var storage = await PostgresStorage.Open(declaration.Database!, TimeProvider.System, DatabaseUse.Shared);
            return await Ending.Say($"Version {await Applying.Apply(declaration, storage.Stores, TimeProvider.System)} of the configuration is applied.");
        }
        catch (DatabaseException unusable)
        {
            return await Ending.Complain(Ending.WrongUsage, $"database: {unusable.Message}");
        }
        catch (StoreUnavailableException unusable)
        {
            return await Ending.Complain(Ending.Failed, $"Nothing is known to be applied: {unusable.Message}");
        }
    }

    private static async Task<int> Serve(Declaration declaration, Role role)
    {
        try
        {
            await using var storage = await PostgresStorage.Open(declaration.Database!, TimeProvider.System, DatabaseUse.Shared);
            using var sender = new HttpSender(declaration.Network.AllowPrivateDestinations, TimeProvider.System);
            await using var process = await ClusterProcess.Build(declaration, role, storage.Stores, sender);
            await process.Start();
            Console.WriteLine($"Signalbox listens on {process.Address}, as a {role.ToString().ToLowerInvariant()} of the cluster {declaration.Cluster!.ClusterId}.");
            await process.WaitForShutdown();
            return 0;
        }
        catch (ClusterException unusable)
        {
            return await Ending.Complain(Ending.Failed, unusable.Message);
        }
        catch (DatabaseException unusable)
        {
            return await Ending.Complain(Ending.WrongUsage, $"database: {unusable.Message}");
        }
        catch (StoreUnavailableException unusable)
        {
            return await Ending.Complain(Ending.Failed, $"The database cannot be used: {unusable.Message}");
        }
        catch (IOException unusable)
        {
            return await Ending.CannotListen(declaration.Listen, unusable);
        }
    }
}
