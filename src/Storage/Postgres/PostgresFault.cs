using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;
using Signalbox.Core.Ports;

namespace Signalbox.Storage.Postgres;

/// <summary>What an exception of the driver means for whoever called. Classes of SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html</summary>
internal static class PostgresFault
{
    /// <summary>The server's, the network's or the operation's, and not a bug of ours.</summary>
    public static bool IsOfTheServer(Exception fault) =>
        fault is NpgsqlException or SocketException or IOException or TimeoutException or AuthenticationException or ObjectDisposedException;

    /// <summary>The connection is gone; another one may do.</summary>
    public static bool IsOfTheConnection(Exception fault) => fault switch
    {
        PostgresException refused => !IsOfTheStatement(refused),
        NpgsqlException lost => lost.InnerException is IOException or SocketException,
        _ => false,
    };

    /// <summary>
    /// What a write came to whose statement was sent: <see cref="StoreOutcome.Failed"/> only on the server's word that it was undone, otherwise
    /// <see cref="StoreOutcome.Unknown"/>; null when the operation itself is at fault, and would be again.
    /// </summary>
    public static StoreOutcome? OutcomeOf(Exception fault) => fault switch
    {
        PostgresException refused when !IsOfTheStatement(refused) => StoreOutcome.Unknown,
        PostgresException refused => IsOfTheOperation(refused) ? null : StoreOutcome.Failed,
        _ => IsOfTheServer(fault) ? StoreOutcome.Unknown : null,
    };

    /// <summary>One operation of a group may be at fault alone: a value that the server does not take, or a row that somebody else keeps locked.</summary>
    public static bool MayBeOfOne(Exception fault) =>
        OutcomeOf(fault) is null || fault is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>Words without values, for an operator.</summary>
    public static string Describe(Exception fault) => fault switch
    {
        PostgresException refused when IsOfTheOperation(refused) => $"PostgreSQL does not take a value ({refused.SqlState})",
        PostgresException refused => $"{refused.MessageText} ({refused.SqlState})",
        NpgsqlException { InnerException: { } inner } lost => $"{lost.Message}: {inner.Message}",
        _ => fault.Message,
    };

    // An ERROR undoes the statement and keeps the connection. A FATAL or PANIC ends the connection, and may come when the commit is done already.
    private static bool IsOfTheStatement(PostgresException refused) => refused.InvariantSeverity == "ERROR";

    // Cardinality violation, data exception, integrity constraint violation, program limit exceeded.
    private static bool IsOfTheOperation(PostgresException refused) => refused.SqlState[..2] is "21" or "22" or "23" or "54";
}
