using System.Collections.Frozen;
using System.Security.Cryptography;
using Signalbox.Core.Containers;

namespace Signalbox.Core.Workspaces;

/// <summary>
/// One immutable snapshot of everything that is configured: read by doors and actors without locks and replaced as a whole.
/// </summary>
public sealed class Configuration
{
    private readonly FrozenDictionary<UInt128, (Workspace Workspace, ApiKey Key)> keys;
    private readonly FrozenDictionary<string, Container> containersById;
    private readonly FrozenDictionary<int, Container> containersByNumber;
    private readonly FrozenDictionary<string, Container> containersBySiteKey;

    public Configuration(long version, IReadOnlyList<Workspace> workspaces)
    {
        Version = version;
        Workspaces = workspaces;
        keys = workspaces.SelectMany(workspace => workspace.Keys.Select(key => (workspace, key)))
            .ToFrozenDictionary(pair => pair.key.Fingerprint, pair => (pair.workspace, pair.key));
        var containers = workspaces.SelectMany(workspace => workspace.Containers).ToList();
        containersById = containers.ToFrozenDictionary(container => container.Id, StringComparer.Ordinal);
        containersByNumber = containers.ToFrozenDictionary(container => container.Number);
        containersBySiteKey = containers.Where(container => container.SiteKey is not null)
            .ToFrozenDictionary(container => container.SiteKey!, StringComparer.Ordinal);
    }

    public long Version { get; }

    public IReadOnlyList<Workspace> Workspaces { get; }

    public IEnumerable<Container> Containers => containersById.Values.OrderBy(container => container.Number);

    public Container? FindContainer(string id) => containersById.GetValueOrDefault(id);

    public Container? FindContainer(int number) => containersByNumber.GetValueOrDefault(number);

    public Container? FindContainerBySiteKey(string siteKey) => containersBySiteKey.GetValueOrDefault(siteKey);

    /// <summary>The key whose secret digests to <paramref name="sha256"/>; the whole digest is compared in constant time.</summary>
    public (Workspace Workspace, ApiKey Key)? FindKey(ReadOnlySpan<byte> sha256)
    {
        if (!keys.TryGetValue(ApiKey.FingerprintOf(sha256), out var found)) return null;
        return CryptographicOperations.FixedTimeEquals(found.Key.Sha256, sha256) ? found : null;
    }
}
