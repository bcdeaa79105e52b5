using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Configuration;
using Orleans.Serialization.Serializers;
using Signalbox.Core.Containers;
using Signalbox.Core.Ports;

namespace Signalbox.Grains.Interfaces;

public static class ClusterServices
{
    /// <summary>What silos and gateways have in common: the codec of Core's messages, and the cluster as <see cref="IActors"/>.</summary>
    public static IServiceCollection AddSignalboxActors(this IServiceCollection services) => services
        .AddSingleton<MessageCodec>()
        .AddSingleton<IGeneralizedCodec>(provider => provider.GetRequiredService<MessageCodec>())
        .AddSingleton<IGeneralizedCopier>(provider => provider.GetRequiredService<MessageCodec>())
        .AddSingleton<ITypeFilter>(provider => provider.GetRequiredService<MessageCodec>())
        .Configure<TypeManifestOptions>(manifest => AddArrays<NewEvent>(manifest))
        .Configure<TypeManifestOptions>(manifest => AddArrays<Acceptance>(manifest))
        .AddSingleton<IActors, OrleansActors>();

    private static void AddArrays<T>(TypeManifestOptions manifest)
    {
        manifest.Serializers.Add(typeof(MessageArrayCodec<T>));
        manifest.Copiers.Add(typeof(MessageArrayCodec<T>));
    }
}
