using Signalbox.Core.Destinations;

namespace Signalbox.Core.Containers;

/// <summary>A website or app of a workspace, as configured.</summary>
/// <param name="Number">Stands for this incarnation of the id: a container that is removed and made again gets another one.</param>
/// <param name="DigestKey">16 secret bytes under which event ids are digested and the router's own ids are made.</param>
/// <param name="SiteKey">What browsers name it by; null when browsers send nothing here.</param>
public sealed record Container(
    string Id,
    int Number,
    byte[] DigestKey,
    string WorkspaceId,
    string? SiteKey,
    IReadOnlyList<string> Domains,
    TimeSpan DedupeWindow,
    IReadOnlyList<Destination> Destinations)
{
    public Destination? FindDestination(int number) => Destinations.FirstOrDefault(destination => destination.Number == number);
}
