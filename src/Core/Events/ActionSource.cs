namespace Signalbox.Core.Events;

/// <summary>
/// Where a conversion happened. The names are Meta's nine (facebook-python-business-sdk, <c>serverside/action_source.py</c>), which
/// other platforms' values are mapped from. The numbers are written to disk.
/// </summary>
public enum ActionSource : byte
{
    Website = 1,
    Email = 2,
    App = 3,
    PhoneCall = 4,
    Chat = 5,
    PhysicalStore = 6,
    SystemGenerated = 7,
    BusinessMessaging = 8,
    Other = 9,
}

public static class ActionSources
{
    private static readonly string[] Names =
    [
        "", "website", "email", "app", "phone_call", "chat", "physical_store", "system_generated", "business_messaging", "other",
    ];

    /// <summary>The nine names, for messages that say what was expected.</summary>
    public static string Expected { get; } = string.Join(", ", Names[1..]);

    public static string ToName(this ActionSource source) => Names[(int)source];

    public static bool TryParse(string name, out ActionSource source)
    {
        var index = Array.FindIndex(Names, 1, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        source = (ActionSource)Math.Max(index, 0);
        return index > 0;
    }
}
