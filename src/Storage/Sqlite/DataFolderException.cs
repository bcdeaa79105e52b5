namespace Signalbox.Storage.Sqlite;

/// <summary>The data folder cannot be used: it is in use, not ours, damaged, or of a newer version. The message names folder or file.</summary>
public sealed class DataFolderException(string message, Exception? inner = null) : Exception(message, inner);
