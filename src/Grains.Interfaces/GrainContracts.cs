using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Visitors;
using Signalbox.Core.Workspaces;

namespace Signalbox.Grains.Interfaces;

/// <summary>A container; the key is its number.</summary>
public interface IContainerGrain : IGrainWithIntegerKey, IContainer;

/// <summary>A destination; the key is the numbers of its container and its own, <c>7/2</c>.</summary>
public interface IDestinationGrain : IGrainWithStringKey, IDestination;

/// <summary>A visitor; the key is the container's number and the visitor id, <c>7/v-123</c>.</summary>
public interface IVisitorGrain : IGrainWithStringKey, IVisitor;

/// <summary>A workspace; the key is its id.</summary>
public interface IWorkspaceGrain : IGrainWithStringKey, IWorkspace;

/// <summary>Answers in whatever silo is reached first; the keys only spread the calls over all that a gateway is connected to.</summary>
public interface IDoorGrain : IGrainWithIntegerKey
{
    Task Knock();
}
