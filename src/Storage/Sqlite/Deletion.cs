using Signalbox.Core.Ports;

namespace Signalbox.Storage.Sqlite;

internal static class Deletion
{
    private const int RowsAtOnce = 1_000;

    /// <summary>Deletes what is older in small transactions, so that nobody else's write waits for long.</summary>
    /// <param name="sql">A delete whose parameters are the moment and how many rows at the most.</param>
    /// <exception cref="StoreUnavailableException">Some may be left.</exception>
    public static async Task Delete(this GroupWriter writer, Database file, string sql, DateTimeOffset before)
    {
        var deleted = RowsAtOnce;
        while (deleted == RowsAtOnce)
        {
            var outcome = await writer.Run(() =>
            {
                deleted = file.Query(sql).Bind(before).Bind(RowsAtOnce).Run();
                return StoreOutcome.Committed;
            });
            if (outcome == StoreOutcome.Committed) continue;
            throw new StoreUnavailableException($"{Path.GetFileName(file.Path)}: old rows could not be deleted");
        }
    }
}
