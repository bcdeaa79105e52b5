using Signalbox.Api.Settings;
using Signalbox.Core.Workspaces;

namespace Signalbox.Api.Dialects;

internal static class KeyRights
{
    public static bool AllowsEvent(ApiKey key, string eventName) => key.EventTypes is null || key.EventTypes.Contains(EventNames.Fold(eventName));
}
