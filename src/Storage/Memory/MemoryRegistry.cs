using Signalbox.Core.Ports;

namespace Signalbox.Storage.Memory;

/// <summary>Registers in one stretch after the heads are read. What is registered is not weighed: it comes from a file, not from traffic.</summary>
internal sealed class MemoryRegistry(MemorySpace space, MemoryDestinationStore destinations) : IRegistry
{
    private RegisteredIds known = RegisteredIds.None;

    public async Task<Registration> Register(
        IReadOnlyList<ContainerDeclaration> declared, Func<int, Task<long>> heads, Func<byte[]> newDigestKey)
    {
        while (true)
        {
            var before = known;
            var plan = RegistrationPlan.Make(before, declared, newDigestKey);
            var rows = await plan.MakeRows(heads);
            lock (space.Gate)
            {
                // Another registration came between while the heads were read: its numbers are taken.
                if (known != before) continue;
                known = plan.After;
                foreach (var row in rows) destinations.Insert(row);
                foreach (var key in plan.ClosedDestinations) destinations.Close(key);
            }
            return plan.ToRegistration();
        }
    }
}
