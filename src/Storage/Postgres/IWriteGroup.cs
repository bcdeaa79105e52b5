using Npgsql;

namespace Signalbox.Storage.Postgres;

/// <summary>Writes of one kind that go together: one statement, one round trip, one transaction that never waits for this process.</summary>
internal interface IWriteGroup<in TWrite>
{
    /// <summary>Takes the write in, unless it has to wait for the next group: it is of a row that another one is about already, or there is no room.</summary>
    bool TryAdd(TWrite write);

    /// <summary>Writes all that find their row as they expect it.</summary>
    /// <returns>For each write, in the order of adding, whether it did.</returns>
    Task<IReadOnlyList<bool>> Execute(NpgsqlConnection connection);
}
