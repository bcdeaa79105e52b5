namespace Signalbox.Core.Visitors;

/// <summary>The actor that owns one visitor's record.</summary>
public interface IVisitor
{
    /// <summary>Merges what a browser said, durably.</summary>
    /// <returns>The record as it stands then; null when it could not be made durable now.</returns>
    Task<VisitorRecord?> Merge(VisitorTouch touch);
}
