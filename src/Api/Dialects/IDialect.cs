namespace Signalbox.Api.Dialects;

/// <summary>One ingest API's way of speaking, as far as everybody needs it.</summary>
internal interface IDialect
{
    /// <summary>As it stands in metrics and events.</summary>
    string Name { get; }

    /// <summary>Says no in the dialect's own words. What headers there are to be is set before.</summary>
    Task Refuse(HttpContext http, Refusal refusal);
}

/// <summary>Why a request is not served.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Field">What of the request is meant, such as a field's path or a header's name; null where it is none.</param>
/// <param name="Message">What was expected, in words without values.</param>
internal readonly record struct Refusal(int Status, string? Field, string Message)
{
    /// <summary>Field and message in one line.</summary>
    public string Text => Field is null ? Message : $"{Field}: {Message}";
}
