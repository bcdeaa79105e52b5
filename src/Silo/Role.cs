namespace Signalbox.Silo;

/// <summary>What a process of the cluster does.</summary>
internal enum Role
{
    /// <summary>Takes requests, and runs its share of the actors.</summary>
    Silo,

    /// <summary>Takes requests, and has the silos run the actors.</summary>
    Gateway,
}
