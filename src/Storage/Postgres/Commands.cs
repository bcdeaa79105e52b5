using System.Text;
using Npgsql;

namespace Signalbox.Storage.Postgres;

/// <summary>Parameters in the order of their numbers. Everything travels in PostgreSQL's binary format.</summary>
internal static class Commands
{
    public static NpgsqlCommand With<T>(this NpgsqlCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    /// <summary>One array, a value for each row.</summary>
    public static NpgsqlCommand WithColumn<T>(this NpgsqlCommand command, IEnumerable<T> values) => command.With(values.ToArray());

    /// <summary>Runs a group's statement and gathers the keys of the rows that it wrote.</summary>
    public static async Task<HashSet<TKey>> ReadHits<TKey>(this NpgsqlCommand command, Func<NpgsqlDataReader, TKey> key)
    {
        var written = new HashSet<TKey>();
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync()) written.Add(key(rows));
        // The rows come before the commit. Only behind them stands whether it was done.
        await rows.NextResultAsync();
        return written;
    }

    /// <summary>Text without what PostgreSQL's text cannot hold: U+0000, and halves of a character that was cut in two.</summary>
    public static string? Clean(string? text) => text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');

    public static DateTimeOffset Time(this NpgsqlDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);

    public static byte[] Bytes(this NpgsqlDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    public static string? TextOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
