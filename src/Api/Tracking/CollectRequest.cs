using System.Text.Json;
using Signalbox.Api.Dialects;
using Signalbox.Core.Events;

namespace Signalbox.Api.Tracking;

/// <summary>What a browser says of itself.</summary>
/// <param name="VisitorId">As sent: letters, digits and <c>. _ : ~ -</c>.</param>
/// <param name="Identifiers">Its cookies and click ids, those in the page's address included.</param>
/// <param name="Url">The page, scrubbed.</param>
internal sealed record CollectRequest(
    string SiteKey, string VisitorId, SortedDictionary<Identifier, string> Identifiers, string? Url, string? Referrer)
{
    private const int MaxSiteKeyLength = 128;
    private const int MaxVisitorIdLength = 128;
    private const int MaxIdentifierLength = 1024;

    private static readonly FieldNames Names = FieldNames.Of<Field>("");

    private enum Field
    {
        SiteKey, VisitorId, Url, Referrer, Fbp, Fbc, Fbclid, Gclid, Gbraid, Wbraid, Ttclid,
    }

    /// <param name="fault">What is wrong with the body; null when there is a request.</param>
    public static CollectRequest? Parse(ReadOnlySpan<byte> body, out string? fault)
    {
        var input = JsonInput.Open(body);
        CollectRequest? request = null;
        try
        {
            if (input.EnterBody()) request = Parse(ref input);
            fault = input.Fault;
        }
        catch (JsonException broken)
        {
            fault = input.Fault ?? input.Malformed(broken);
        }
        return fault is null ? request : null;
    }

    private static CollectRequest? Parse(ref JsonInput input)
    {
        string? siteKey = null, visitorId = null, url = null, referrer = null;
        var identifiers = new SortedDictionary<Identifier, string>();
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
                case Field.SiteKey: input.Id(path, MaxSiteKeyLength, out siteKey); break;
                case Field.VisitorId: input.Id(path, MaxVisitorIdLength, out visitorId); break;
                case Field.Url: input.Text(path, PageAddresses.MaxLength, out url); break;
                case Field.Referrer: input.Text(path, PageAddresses.MaxLength, out referrer); break;
                default:
                    if (input.Id(path, MaxIdentifierLength, out var value)) Add(identifiers, KindOf((Field)number), value);
                    break;
            }
        }
        input.End();
        if (siteKey is null) input.Fail("site_key", "required, expected a string");
        else if (visitorId is null) input.Fail("visitor_id", "required, expected a string");
        else if (!visitorId.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or ':' or '~' or '-'))
            input.Fail("visitor_id", "expected letters, digits and . _ : ~ -");
        else if (PersonalData.IsPlaceholder(visitorId)) input.Fail("visitor_id", "expected an id, not a placeholder");
        if (input.Fault is not null) return null;

        foreach (var (kind, value) in ClickIds.Read(url)) identifiers.TryAdd(kind, value);
        return new CollectRequest(siteKey!, visitorId!, identifiers, url is null ? null : Scrubber.Url(url), referrer is null ? null : Scrubber.Url(referrer));
    }

    /// <summary>Placeholders are ignored, and so is what holds personal data where an id belongs.</summary>
    private static void Add(SortedDictionary<Identifier, string> identifiers, Identifier kind, string? value)
    {
        if (value is not null && !PersonalData.IsPlaceholder(value) && ReferenceEquals(Scrubber.Id(value), value)) identifiers.Add(kind, value);
    }

    private static Identifier KindOf(Field field) => field switch
    {
        Field.Fbp => Identifier.Fbp,
        Field.Fbc => Identifier.Fbc,
        Field.Fbclid => Identifier.Fbclid,
        Field.Gclid => Identifier.Gclid,
        Field.Gbraid => Identifier.Gbraid,
        Field.Wbraid => Identifier.Wbraid,
        _ => Identifier.Ttclid,
    };
}
