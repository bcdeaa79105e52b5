using Npgsql;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Postgres;

/// <summary>Between reading and writing it asks others for heads, so it holds nothing meanwhile, and begins again where somebody else has registered.</summary>
internal sealed class PostgresRegistry(ReadPool reads, NpgsqlDataSource connections) : IRegistry
{
    public async Task<Registration> Register(
        IReadOnlyList<ContainerDeclaration> declared, Func<int, Task<long>> heads, Func<byte[]> newDigestKey)
    {
        while (true)
        {
            var (version, before) = await ReadIds();
            var plan = RegistrationPlan.Make(before, declared, newDigestKey);
            var rows = await plan.MakeRows(heads);
            if (plan.ChangesNothing || await Task.Run(() => Apply(version, plan, rows))) return plan.ToRegistration();
        }
    }

    private async Task<(long Version, RegisteredIds Ids)> ReadIds()
    {
        // The version first: if somebody registers after it was read, it is not the one that is expected when this is written.
        var version = await reads.First("SELECT version FROM registrations", _ => { }, row => row.GetInt64(0));
        var destinations = (await reads.All(
            "SELECT container, number, id, closed FROM registered_destinations ORDER BY container, number",
            _ => { },
            row => (Container: row.GetInt32(0), Destination: new DestinationIncarnation(row.GetInt32(1), row.GetString(2), row.GetBoolean(3)))))
            .ToLookup(row => row.Container, row => row.Destination);
        var containers = await reads.All(
            "SELECT number, id, digest_key, closed FROM registered_containers ORDER BY number",
            _ => { },
            row => new ContainerIncarnation(row.GetInt32(0), row.GetString(1), row.Bytes(2), row.GetBoolean(3), [.. destinations[row.GetInt32(0)]]));
        return (version, new RegisteredIds(containers));
    }

    /// <returns>False, with nothing changed, when the version is another one by now.</returns>
    private async Task<bool> Apply(long version, RegistrationPlan plan, IReadOnlyList<DestinationRow> rows)
    {
        try
        {
            await using var connection = await connections.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var count = new NpgsqlCommand("UPDATE registrations SET version = version + 1 WHERE version = $1", connection);
            if (await count.With(version).ExecuteNonQueryAsync() == 0) return false;
            await Insert(connection, plan, rows);
            await Close(connection, plan);
            await transaction.CommitAsync();
            return true;
        }
        catch (Exception fault) when (PostgresFault.IsOfTheServer(fault))
        {
            throw new StoreUnavailableException($"the registration could not be stored: {PostgresFault.Describe(fault)}", fault);
        }
    }

    private static async Task Insert(NpgsqlConnection connection, RegistrationPlan plan, IReadOnlyList<DestinationRow> rows)
    {
        await using var containers = new NpgsqlCommand(
            "INSERT INTO registered_containers (number, id, digest_key, closed) SELECT number, id, digest_key, false FROM unnest($1, $2, $3) AS new (number, id, digest_key)",
            connection);
        await containers
            .WithColumn(plan.NewContainers.Select(container => container.Number))
            .WithColumn(plan.NewContainers.Select(container => container.Id))
            .WithColumn(plan.NewContainers.Select(container => container.DigestKey))
            .ExecuteNonQueryAsync();

        await using var destinations = new NpgsqlCommand(
            "INSERT INTO registered_destinations (container, number, id, closed) SELECT container, number, id, false FROM unnest($1, $2, $3) AS new (container, number, id)",
            connection);
        await destinations
            .WithColumn(plan.NewDestinations.Select(pair => pair.Key.Container))
            .WithColumn(plan.NewDestinations.Select(pair => pair.Key.Number))
            .WithColumn(plan.NewDestinations.Select(pair => pair.Value.Id))
            .ExecuteNonQueryAsync();

        await using var first = new NpgsqlCommand(
            """
            INSERT INTO destinations (container, number, version, cursor, done, claimed, lease_owner, lease_until, stop_reason, stop_until, stop_words,
                stop_credentials, delivered, rejected, expired, parked, cancelled, erased, consent_denied, closed)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
            """,
            connection);
        CommitGroup.AddRows(first, rows);
        await first.ExecuteNonQueryAsync();
    }

    private static async Task Close(NpgsqlConnection connection, RegistrationPlan plan)
    {
        await using var containers = new NpgsqlCommand("UPDATE registered_containers SET closed = true WHERE number = ANY ($1)", connection);
        await containers.WithColumn(plan.ClosedContainers).ExecuteNonQueryAsync();

        await using var destinations = new NpgsqlCommand(
            """
            UPDATE registered_destinations SET closed = true
            FROM unnest($1, $2) AS gone (container, number)
            WHERE registered_destinations.container = gone.container AND registered_destinations.number = gone.number
            """,
            connection);
        await AddKeys(destinations).ExecuteNonQueryAsync();

        // Locked in order, as a group of commits locks them.
        await using var rows = new NpgsqlCommand(
            """
            WITH locked AS MATERIALIZED (
                SELECT container, number FROM destinations JOIN unnest($1, $2) AS gone (container, number) USING (container, number)
                ORDER BY container, number FOR NO KEY UPDATE OF destinations
            )
            UPDATE destinations SET closed = true, version = version + 1 FROM locked
            WHERE destinations.container = locked.container AND destinations.number = locked.number
            """,
            connection);
        await AddKeys(rows).ExecuteNonQueryAsync();

        NpgsqlCommand AddKeys(NpgsqlCommand command) => command
            .WithColumn(plan.ClosedDestinations.Select(key => key.Container)).WithColumn(plan.ClosedDestinations.Select(key => key.Number));
    }
}
