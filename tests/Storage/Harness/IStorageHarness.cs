using Signalbox.Core.Ports;

namespace Signalbox.Storage.Tests.Harness;

/// <summary>One kind of storage, as the contracts see it.</summary>
public interface IStorageHarness : IDisposable
{
    Stores Stores { get; }

    FakeTime Time { get; }

    /// <summary>Room for so many bytes from now on: 0 is a full disk.</summary>
    long CapacityBytes { set; }

    /// <summary>What a restart of the process does to it.</summary>
    void Reopen();
}
