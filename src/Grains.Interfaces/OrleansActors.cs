using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Core.Visitors;
using Signalbox.Core.Workspaces;

namespace Signalbox.Grains.Interfaces;

/// <summary>The cluster as doors and actors see it: the same in a silo and in a gateway.</summary>
public sealed class OrleansActors(IGrainFactory grains) : IActors
{
    public IContainer Container(int number) => grains.GetGrain<IContainerGrain>(number);

    public IDestination Destination(DestinationKey key) => grains.GetGrain<IDestinationGrain>(GrainKeys.Of(key));

    public IVisitor Visitor(VisitorKey key) => grains.GetGrain<IVisitorGrain>(GrainKeys.Of(key));

    public IWorkspace Workspace(string id) => grains.GetGrain<IWorkspaceGrain>(id);
}
