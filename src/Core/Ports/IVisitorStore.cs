namespace Signalbox.Core.Ports;

/// <summary>Names a visitor: the number of the container's incarnation and the visitor id as the shop sends it.</summary>
public readonly record struct VisitorKey(int Container, string Id);

/// <summary>The visitors' records. Reads throw <see cref="StoreUnavailableException"/>.</summary>
public interface IVisitorStore
{
    /// <summary>The rows of those that are known, in the order asked; null for those that are not.</summary>
    Task<IReadOnlyList<VisitorRow?>> Read(IReadOnlyList<VisitorKey> keys);

    /// <summary>Writes the row if the stored version is one below; version 1 inserts.</summary>
    Task<StoreOutcome> Write(VisitorRow row);

    /// <summary>Forgets visitors last seen before <paramref name="before"/>.</summary>
    Task DeleteUnseen(DateTimeOffset before);
}

/// <param name="Version">Counts writes, from 1; the guard of the compare-and-set.</param>
/// <param name="Record">The visitor's record in Core's own bytes.</param>
public sealed record VisitorRow(VisitorKey Key, long Version, DateTimeOffset LastSeen, ReadOnlyMemory<byte> Record);
