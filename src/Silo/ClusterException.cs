namespace Signalbox.Silo;

/// <summary>The process cannot join its cluster. The message is one line and says what is at fault.</summary>
internal sealed class ClusterException(string message, Exception inner) : Exception(message, inner);
