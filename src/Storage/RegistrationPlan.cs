using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;

namespace Signalbox.Storage;

/// <summary>What a registration changes, worked out without a store so that all stores number alike.</summary>
internal sealed class RegistrationPlan
{
    private RegistrationPlan(RegisteredIds before, RegisteredIds after)
    {
        var containers = before.Containers.ToDictionary(container => container.Number);
        var destinations = Destinations(before).ToDictionary();
        After = after;
        NewContainers = [.. after.Containers.Where(container => !containers.ContainsKey(container.Number))];
        NewDestinations = [.. Destinations(after).Where(pair => !destinations.ContainsKey(pair.Key))];
        ClosedContainers =
        [
            .. from container in after.Containers
               where container.Closed && !containers[container.Number].Closed
               select container.Number,
        ];
        ClosedDestinations =
        [
            .. from pair in Destinations(after)
               where pair.Value.Closed && !destinations[pair.Key].Closed
               select pair.Key,
        ];
    }

    public RegisteredIds After { get; }

    public IReadOnlyList<ContainerIncarnation> NewContainers { get; }

    public IReadOnlyList<KeyValuePair<DestinationKey, DestinationIncarnation>> NewDestinations { get; }

    public IReadOnlyList<int> ClosedContainers { get; }

    public IReadOnlyList<DestinationKey> ClosedDestinations { get; }

    public bool ChangesNothing => NewContainers.Count + NewDestinations.Count + ClosedContainers.Count + ClosedDestinations.Count == 0;

    public static RegistrationPlan Make(RegisteredIds before, IReadOnlyList<ContainerDeclaration> declared, Func<byte[]> newDigestKey)
    {
        var wanted = declared.ToDictionary(declaration => declaration.Id);
        var after = new List<ContainerIncarnation>();
        foreach (var container in before.Containers)
        {
            // An open incarnation goes on; taking its declaration out leaves those that need a new one.
            if (!container.Closed && wanted.Remove(container.Id, out var declaration))
            {
                after.Add(container with { Destinations = Renew(container.Destinations, declaration.Destinations) });
            }
            else
            {
                after.Add(container with { Closed = true, Destinations = Renew(container.Destinations, []) });
            }
        }
        foreach (var declaration in declared.Where(declaration => wanted.ContainsKey(declaration.Id)))
        {
            var number = after.Select(container => container.Number).DefaultIfEmpty().Max() + 1;
            after.Add(new ContainerIncarnation(number, declaration.Id, newDigestKey(), false, Renew([], declaration.Destinations)));
        }
        return new RegistrationPlan(before, new RegisteredIds(after));
    }

    /// <summary>The rows of the new destinations, each behind its container's head.</summary>
    public async Task<IReadOnlyList<DestinationRow>> MakeRows(Func<int, Task<long>> heads)
    {
        var rows = new List<DestinationRow>();
        foreach (var container in NewDestinations.GroupBy(pair => pair.Key.Container))
        {
            var head = await heads(container.Key);
            rows.AddRange(container.Select(pair => DestinationRow.New(pair.Key, head)));
        }
        return rows;
    }

    public Registration ToRegistration() => new(
        After.Containers.Where(container => !container.Closed).ToDictionary(
            container => container.Id,
            container => new RegisteredContainer(
                container.Number,
                container.DigestKey,
                container.Destinations.Where(destination => !destination.Closed)
                    .ToDictionary(destination => destination.Id, destination => destination.Number))));

    private static IEnumerable<KeyValuePair<DestinationKey, DestinationIncarnation>> Destinations(RegisteredIds ids) =>
        from container in ids.Containers
        from destination in container.Destinations
        select KeyValuePair.Create(new DestinationKey(container.Number, destination.Number), destination);

    private static List<DestinationIncarnation> Renew(IReadOnlyList<DestinationIncarnation> before, IReadOnlyList<string> declared)
    {
        var after = before.Select(destination => destination with { Closed = destination.Closed || !declared.Contains(destination.Id) }).ToList();
        var next = before.Select(destination => destination.Number).DefaultIfEmpty().Max() + 1;
        foreach (var id in declared.Where(id => !after.Exists(destination => !destination.Closed && destination.Id == id)))
        {
            after.Add(new DestinationIncarnation(next++, id, false));
        }
        return after;
    }
}
