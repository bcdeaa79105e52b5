namespace Signalbox.Storage;

/// <summary>Every incarnation of an id that was ever registered. None is removed, so the next number is one above the highest.</summary>
internal sealed record RegisteredIds(IReadOnlyList<ContainerIncarnation> Containers)
{
    public static RegisteredIds None { get; } = new([]);
}

internal sealed record ContainerIncarnation(
    int Number,
    string Id,
    byte[] DigestKey,
    bool Closed,
    IReadOnlyList<DestinationIncarnation> Destinations);

/// <param name="Number">Counted within the container's incarnation.</param>
internal sealed record DestinationIncarnation(int Number, string Id, bool Closed);
