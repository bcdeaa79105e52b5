using Microsoft.Extensions.DependencyInjection;
using Signalbox.Grains.Interfaces;

namespace Signalbox.Grains;

public static class SignalboxSilo
{
    /// <summary>The grain storage that a silo has to have, for state that may be lost without breaking an invariant.</summary>
    public const string StateStorage = "signalbox";

    /// <summary>Makes a silo run the actors, and keep house.</summary>
    /// <param name="ports">Made once per silo, when it starts.</param>
    public static ISiloBuilder AddSignalboxGrains(this ISiloBuilder silo, Func<IServiceProvider, GrainPorts> ports)
    {
        silo.Services.AddSignalboxActors().AddSingleton(ports).AddSingleton<ILifecycleParticipant<ISiloLifecycle>, Housekeeping>();
        return silo;
    }
}
