using Signalbox.Core.Containers;

namespace Signalbox.Api.Dialects;

internal static class DoorAnswers
{
    /// <summary>What the door says when it cannot take an event.</summary>
    public static readonly DoorAnswer Unavailable = new(new Acceptance(AcceptStatus.Unavailable, "", default), []);
}
