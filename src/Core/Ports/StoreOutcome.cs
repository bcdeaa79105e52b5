namespace Signalbox.Core.Ports;

/// <summary>What became of a write.</summary>
public enum StoreOutcome
{
    /// <summary>It is durable.</summary>
    Committed,

    /// <summary>It was refused because the row had moved on; nothing was written.</summary>
    Conflict,

    /// <summary>Nothing was written: the disk is full, or the store cannot be reached.</summary>
    Failed,

    /// <summary>It may or may not have been written; only reading tells.</summary>
    Unknown,
}

/// <summary>A store could not be read just now. Reading again later may succeed.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
