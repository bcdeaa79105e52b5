namespace Signalbox.Core.Events;

/// <summary>What an event says. Only conversions concern ad platforms; the others are kept, merged into visitors, and sent to webhooks. The numbers are written to disk.</summary>
public enum EventKind : byte
{
    /// <summary>Something that was done: a purchase, a page view, a custom event.</summary>
    Conversion = 0,

    /// <summary>A view of a mobile app's screen.</summary>
    Screen = 1,

    /// <summary>Traits of a person.</summary>
    Identify = 2,

    /// <summary>A person's belonging to a company or team, and its traits.</summary>
    Group = 3,

    /// <summary>Two ids of one person.</summary>
    Alias = 4,
}
