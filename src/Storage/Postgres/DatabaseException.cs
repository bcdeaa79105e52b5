namespace Signalbox.Storage.Postgres;

/// <summary>
/// The database cannot be used: the connection string is wrong, the server does not answer or refuses, or the database is in use, not ours, newer, or set up
/// so that it would lose what was acknowledged. The message is one line, names what is at fault, and never holds a password.
/// </summary>
public sealed class DatabaseException(string message, Exception? inner = null) : Exception(message, inner);
