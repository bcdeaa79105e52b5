using Signalbox.Core.Ports;

namespace Signalbox.Storage.Sqlite;

internal sealed class SqliteRegistry(MainFile main, GroupWriter writer) : IRegistry, IDisposable
{
    // One registration at a time: between reading and writing it asks others for heads.
    private readonly SemaphoreSlim turn = new(1);

    public async Task<Registration> Register(
        IReadOnlyList<ContainerDeclaration> declared, Func<int, Task<long>> heads, Func<byte[]> newDigestKey)
    {
        await turn.WaitAsync();
        try
        {
            var plan = RegistrationPlan.Make(await main.Readers.Read(ReadIds), declared, newDigestKey);
            var rows = await plan.MakeRows(heads);
            var outcome = await writer.Run(() => Apply(main.Database, plan, rows));
            if (outcome != StoreOutcome.Committed) throw new StoreUnavailableException("the registration could not be stored");
            return plan.ToRegistration();
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private static RegisteredIds ReadIds(Database file)
    {
        using var rows = file.Query("SELECT number, id, digest_key, closed FROM registered_containers ORDER BY number");
        var destinations = ReadDestinations(file);
        var containers = new List<ContainerIncarnation>();
        while (rows.Step())
        {
            var number = rows.Int(0);
            containers.Add(new ContainerIncarnation(number, rows.Text(1), rows.Bytes(2).ToArray(), rows.Bool(3), [.. destinations[number]]));
        }
        return new RegisteredIds(containers);
    }

    private static ILookup<int, DestinationIncarnation> ReadDestinations(Database file)
    {
        using var rows = file.Query("SELECT container, number, id, closed FROM registered_destinations ORDER BY container, number");
        var found = new List<(int Container, DestinationIncarnation Destination)>();
        while (rows.Step()) found.Add((rows.Int(0), new DestinationIncarnation(rows.Int(1), rows.Text(2), rows.Bool(3))));
        return found.ToLookup(row => row.Container, row => row.Destination);
    }

    private static StoreOutcome Apply(Database file, RegistrationPlan plan, IReadOnlyList<DestinationRow> rows)
    {
        foreach (var container in plan.NewContainers)
        {
            file.Query("INSERT INTO registered_containers (number, id, digest_key, closed) VALUES (?, ?, ?, 0)")
                .Bind(container.Number).Bind(container.Id).Bind(container.DigestKey).Run();
        }
        foreach (var (key, destination) in plan.NewDestinations)
        {
            file.Query("INSERT INTO registered_destinations (container, number, id, closed) VALUES (?, ?, ?, 0)")
                .Bind(key.Container).Bind(key.Number).Bind(destination.Id).Run();
        }
        foreach (var row in rows) SqliteDestinationStore.Insert(file, row);
        foreach (var number in plan.ClosedContainers)
        {
            file.Query("UPDATE registered_containers SET closed = 1 WHERE number = ?").Bind(number).Run();
        }
        foreach (var key in plan.ClosedDestinations)
        {
            file.Query("UPDATE registered_destinations SET closed = 1 WHERE container = ? AND number = ?").Bind(key.Container).Bind(key.Number).Run();
            SqliteDestinationStore.Close(file, key);
        }
        return StoreOutcome.Committed;
    }
}
