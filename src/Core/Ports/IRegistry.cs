namespace Signalbox.Core.Ports;

/// <summary>Which containers and destinations there are and were, so that each incarnation of an id keeps its number.</summary>
public interface IRegistry
{
    /// <summary>
    /// Makes what is declared the whole of what is open, in one transaction: known ids keep their numbers, new ones get new numbers (a container also a
    /// random digest key, a destination a row that starts at the container's head), and what is no longer declared is closed for good.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing was changed, or at least nothing was answered: registering again is safe.</exception>
    /// <param name="heads">The head of every open container, by number, for new destinations' rows.</param>
    /// <param name="newDigestKey">Makes 16 random bytes.</param>
    Task<Registration> Register(IReadOnlyList<ContainerDeclaration> declared, Func<int, Task<long>> heads, Func<byte[]> newDigestKey);
}

public sealed record ContainerDeclaration(string Id, IReadOnlyList<string> Destinations);

/// <param name="Containers">By container id.</param>
public sealed record Registration(IReadOnlyDictionary<string, RegisteredContainer> Containers);

/// <param name="Destinations">Numbers by destination id.</param>
public sealed record RegisteredContainer(int Number, byte[] DigestKey, IReadOnlyDictionary<string, int> Destinations);
