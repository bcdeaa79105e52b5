using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Visitors;
using Signalbox.Core.Workspaces;

namespace Signalbox.Core.Ports;

/// <summary>The engine, as doors and actors see it: whoever is named is there, activated when first called.</summary>
public interface IActors
{
    IContainer Container(int number);

    IDestination Destination(DestinationKey key);

    IVisitor Visitor(VisitorKey key);

    IWorkspace Workspace(string id);
}

/// <summary>Where the current configuration is read, once per decision.</summary>
public interface IConfigurationSource
{
    Configuration Current { get; }
}
