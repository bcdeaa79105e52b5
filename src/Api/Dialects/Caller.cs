using Signalbox.Core.Containers;
using Signalbox.Core.Workspaces;

namespace Signalbox.Api.Dialects;

/// <summary>Who sent a request, on the snapshot of the configuration that all of the request is decided on.</summary>
internal sealed record Caller(Configuration Configuration, Workspace Workspace, ApiKey Key)
{
    public bool MayWriteTo(Container container) => container.WorkspaceId == Workspace.Id && Key.Containers?.Contains(container.Id) != false;

    public bool MaySend(string eventName) => KeyRights.AllowsEvent(Key, eventName);
}
