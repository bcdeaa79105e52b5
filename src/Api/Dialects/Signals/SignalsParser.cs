using System.Text.Json;
using Signalbox.Core.Events;

namespace Signalbox.Api.Dialects.Signals;

/// <summary>An event as the Signals API takes it.</summary>
/// <param name="EventName">As sent.</param>
/// <param name="EventType">As sent.</param>
internal sealed record SignalsRequest(string ContainerId, string EventName, string EventType, ConversionEvent Event);

/// <summary>Turns the body of <c>POST /api/v1/events</c> into a canonical event, in one pass over its UTF-8.</summary>
internal static class SignalsParser
{
    private const int MaxEventNameLength = 128;
    private const int MaxIdLength = 256;
    private const int MaxShortLength = 64;

    /// <summary>Below this a time can only be meant in seconds: as milliseconds it would be before March 1973.</summary>
    private const decimal FirstMilliseconds = 100_000_000_000m;

    private static readonly decimal EarliestTime = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly decimal LatestTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private static readonly FieldNames Names = FieldNames.Of<Field>("");
    private static readonly FieldNames MetadataNames = FieldNames.None("metadata.");

    private enum Field
    {
        EventName, EventType, ContainerId, Payload, UserData, EventId, EventTime, Metadata, Url, EventSourceUrl, Referrer, ActionSource, Consent,
    }

    /// <param name="arrived">The time of an event that does not say when it happened.</param>
    /// <param name="fault">What is wrong with the body; null when there is a request.</param>
    public static SignalsRequest? Parse(ReadOnlySpan<byte> body, DateTimeOffset arrived, out string? fault)
    {
        var input = JsonInput.Open(body);
        SignalsRequest? request = null;
        try
        {
            if (input.EnterBody()) request = Parse(ref input, arrived);
            fault = input.Fault;
        }
        catch (JsonException broken)
        {
            fault = input.Fault ?? input.Malformed(broken);
        }
        return fault is null ? request : null;
    }

    private static SignalsRequest? Parse(ref JsonInput input, DateTimeOffset arrived)
    {
        var start = input.Reader;
        Utf8JsonReader payload = default, metadata = default;
        bool hasPayload = false, hasMetadata = false;
        string? eventName = null, eventType = null, containerId = null, actionSource = null, text;
        var addresses = new PageAddresses();
        var e = new ConversionEvent { Name = "", SentName = "", Dialect = SignalsEndpoint.Dialect, Time = arrived };

        var members = new JsonInput.Members(Names);
        while (members.Next(ref input, out var number, out _))
        {
            if (number < 0)
            {
                input.Skip();
                continue;
            }
            var path = Names.PathOf(number);
            switch ((Field)number)
            {
                case Field.EventName:
                    input.Text(path, MaxEventNameLength, out eventName);
                    break;
                case Field.EventType:
                    input.Text(path, MaxShortLength, out eventType);
                    break;
                case Field.ContainerId:
                    input.Id(path, MaxIdLength, out containerId);
                    break;
                case Field.EventId:
                    if (input.Id(path, MaxIdLength, out text) && text is not null) e.EventId = Scrubber.Id(text);
                    break;
                case Field.EventTime:
                    ReadTime(ref input, path, e);
                    break;
                case Field.Url or Field.EventSourceUrl:
                    if (input.Text(path, PageAddresses.MaxLength, out text)) addresses.Beside ??= text;
                    break;
                case Field.Referrer:
                    input.Text(path, PageAddresses.MaxLength, out addresses.Referrer);
                    break;
                case Field.ActionSource:
                    input.Text(path, MaxShortLength, out actionSource);
                    break;
                case Field.Consent:
                    if (input.EnterObject(path)) ConsentField.Read(ref input, e);
                    break;
                case Field.UserData:
                    if (input.EnterObject(path)) new PersonFields(e).Read(ref input);
                    break;
                // These are read last, the payload first: its members win over the metadata's, wherever they stand.
                case Field.Payload:
                    if (hasPayload = input.EnterObject(path))
                    {
                        payload = input.Reader;
                        input.Reader.Skip();
                    }
                    break;
                case Field.Metadata:
                    if (hasMetadata = input.EnterObject(path))
                    {
                        metadata = input.Reader;
                        input.Reader.Skip();
                    }
                    break;
            }
        }
        input.End();
        if (eventName is null) return Missing(ref input, Field.EventName, "expected a string");
        if (eventType is null) return Missing(ref input, Field.EventType, "expected conversion or engagement");
        if (containerId is null) return Missing(ref input, Field.ContainerId, "expected a string");
        if (!hasPayload) return Missing(ref input, Field.Payload, "expected an object");

        e.SentName = Scrubber.Text(eventName);
        e.Name = StandardEvents.Find(eventName) ?? e.SentName;
        SetCategory(ref input, eventType, e);
        SetActionSource(ref input, actionSource, e);

        var properties = new Properties();
        input.Reader = payload;
        var taken = CommerceFields.Read(ref input, e, ref addresses, ref properties);
        if (hasMetadata)
        {
            input.Reader = metadata;
            taken = CopyUnknown(ref input, MetadataNames, e, ref properties, taken);
        }
        if (members.Others is not null)
        {
            input.Reader = start;
            CopyUnknown(ref input, Names, e, ref properties, taken);
        }
        if (input.Fault is not null) return null;
        e.Properties = properties.ToMemory();
        SetAddresses(addresses, e);
        return new SignalsRequest(containerId, eventName, eventType, e);
    }

    private static SignalsRequest? Missing(ref JsonInput input, Field field, string expected)
    {
        input.Fail(Names.PathOf((int)field), "required, " + expected);
        return null;
    }

    private static void ReadTime(ref JsonInput input, string path, ConversionEvent e)
    {
        const string expected = "expected Unix milliseconds";
        if (!input.Number(path, expected, out var number) || number is not { } time) return;
        var milliseconds = Math.Abs(time) < FirstMilliseconds ? time * 1000 : time;
        if (milliseconds < EarliestTime || milliseconds > LatestTime) input.Fail(path, expected);
        else e.Time = DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds);
    }

    private static void SetCategory(ref JsonInput input, string eventType, ConversionEvent e)
    {
        e.Category = eventType.ToLowerInvariant();
        if (e.Category is not ("conversion" or "engagement")) input.Fail(Names.PathOf((int)Field.EventType), "expected conversion or engagement");
    }

    private static void SetActionSource(ref JsonInput input, string? name, ConversionEvent e)
    {
        if (name is null) return;
        if (ActionSources.TryParse(name, out var source)) e.ActionSource = source;
        else input.Fail(Names.PathOf((int)Field.ActionSource), $"expected one of {ActionSources.Expected}");
    }

    private static void SetAddresses(PageAddresses addresses, ConversionEvent e)
    {
        foreach (var (kind, value) in ClickIds.Read(addresses.Page)) e.Identifiers.TryAdd(kind, value, Origin.Explicit);
        if (addresses.Page is { } page) e.Url = Scrubber.Url(page);
        if (addresses.ReferringPage is { } referrer) e.Referrer = Scrubber.Url(referrer);
    }

    /// <summary>Copies an object's unknown members, unless one of the name was copied from elsewhere.</summary>
    /// <param name="taken">The names copied before.</param>
    /// <returns>The names copied by now.</returns>
    private static IReadOnlySet<string>? CopyUnknown(
        ref JsonInput input, FieldNames names, ConversionEvent e, ref Properties properties, IReadOnlySet<string>? taken)
    {
        var members = new JsonInput.Members(names);
        while (members.Next(ref input, out var number, out var name))
        {
            var belongsIntoPayload = number < 0 && CommerceFields.Names.Find(name) >= 0;
            if (belongsIntoPayload) e.Notes.Add($"{names.Prefix}{name} was left out: it belongs into the payload");
            if (number >= 0 || belongsIntoPayload || taken?.Contains(name!) == true) input.Skip();
            else properties.Copy(ref input, names.Prefix);
        }
        if (taken is null || members.Others is null) return taken ?? members.Others;
        return new HashSet<string>(taken.Concat(members.Others));
    }
}
