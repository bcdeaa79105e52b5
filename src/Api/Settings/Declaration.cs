using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Signalbox.Core.Containers;
using Signalbox.Core.Ports;
using Signalbox.Core.Workspaces;

namespace Signalbox.Api.Settings;

/// <summary>A valid configuration file's content.</summary>
/// <param name="Listen">Scheme, host and port.</param>
/// <param name="Data">The data folder, relative to the working directory.</param>
/// <param name="Database">A PostgreSQL database in place of the data folder, as Npgsql takes it; null for none.</param>
/// <param name="AdminKey">Null switches the admin API off.</param>
/// <param name="Cluster">Null for a process that runs alone.</param>
/// <param name="OtlpEndpoint">Where traces and metrics are sent, without <c>/v1/…</c>; null for nowhere.</param>
/// <param name="Workspaces">Complete but for what the store keeps: containers and destinations have no numbers yet, containers no digest keys.</param>
/// <param name="Resolved">The workspaces as JSON that needs no environment any more, with keys' digests in place of the keys.</param>
public sealed record Declaration(
    string Listen, string Data, string? Database, string? AdminKey, NetworkRules Network, ClusterSettings? Cluster, Uri? OtlpEndpoint,
    IReadOnlyList<Workspace> Workspaces, JsonObject Resolved)
{
    /// <summary>What the registry is told to number.</summary>
    public IReadOnlyList<ContainerDeclaration> Containers { get; } =
    [
        .. from workspace in Workspaces
           from container in workspace.Containers
           select new ContainerDeclaration(container.Id, [.. container.Destinations.Select(destination => destination.Id)]),
    ];

    /// <summary>Makes what is declared the whole of what there is.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read or written.</exception>
    public Task<Registration> Register(Stores stores) => stores.Registry.Register(
        Containers, async container => (await stores.Journal.ReadHead(container)).Seq, () => RandomNumberGenerator.GetBytes(16));

    /// <summary>The configuration that doors and actors read.</summary>
    public Configuration Number(Registration registration) => Number(1, Workspaces, registration);

    /// <inheritdoc cref="Number(Registration)"/>
    /// <exception cref="KeyNotFoundException">Something is not registered.</exception>
    public static Configuration Number(long version, IReadOnlyList<Workspace> workspaces, Registration registration) =>
        new(version, [.. workspaces.Select(workspace => workspace with { Containers = [.. workspace.Containers.Select(container => Number(container, registration))] })]);

    private static Container Number(Container container, Registration registration)
    {
        var registered = registration.Containers[container.Id];
        return container with
        {
            Number = registered.Number,
            DigestKey = registered.DigestKey,
            Destinations = [.. container.Destinations.Select(destination => destination with { Number = registered.Destinations[destination.Id] })],
        };
    }
}

/// <param name="AllowPrivateDestinations">Whether events may be sent to private, loopback and link-local addresses.</param>
/// <param name="RequireHttps">Whether requests that did not come over HTTPS, here or at a proxy in front, are refused.</param>
public sealed record NetworkRules(bool AllowPrivateDestinations, bool RequireHttps);
