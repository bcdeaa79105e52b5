using System.Net;
using Signalbox.Core.Events;

namespace Signalbox.Api.Dialects;

/// <summary>
/// Reads <c>user_data</c>: what is personal is hashed at once and forgotten, what is unusable is left out and noted, unknown fields are
/// left out too, for nobody can tell what they hold (I6).
/// </summary>
internal ref struct PersonFields(ConversionEvent e)
{
    private const int MaxLength = PersonalData.MaxLength;
    private const int MaxVisitorIdLength = 128;
    private const int MaxUserAgentLength = 2048;

    private static readonly FieldNames Names = FieldNames.Of<Field>("user_data.");

    private string? postalCode;
    private string? country;

    private enum Field
    {
        Email, Phone, ExternalId, FirstName, LastName, Fbp, Fbc, VisitorId, ClientIpAddress, ClientUserAgent, Fbclid, Gclid, Gbraid, Wbraid, Ttclid,
        City, State, Zip, PostalCode, Country, Gender, DateOfBirth,
    }

    /// <param name="input">Inside the object.</param>
    public bool Read(ref JsonInput input)
    {
        var members = new JsonInput.Members(Names);
        while (members.Next(ref input, out var number, out _))
        {
            if (number < 0) input.Skip();
            else if (!Read(ref input, (Field)number, Names.PathOf(number))) return false;
        }
        if (postalCode is not null) Add(Identifier.PostalCodeSha256, Names.PathOf((int)Field.PostalCode), postalCode, PersonalData.PostalCode(postalCode, country));
        if (members.Others is { } unknown) e.Notes.Add($"{unknown.Count} unknown fields of user_data were left out");
        return input.Fault is null;
    }

    private bool Read(ref JsonInput input, Field field, string path)
    {
        var maxLength = field switch { Field.VisitorId => MaxVisitorIdLength, Field.ClientUserAgent => MaxUserAgentLength, _ => MaxLength };
        if (!input.Id(path, maxLength, out var value)) return false;
        if (value is null) return true;
        switch (field)
        {
            case Field.Email: Add(Identifier.EmailSha256, path, value, PersonalData.Email(value)); break;
            case Field.Phone: Add(Identifier.PhoneSha256, path, value, PersonalData.Phone(value)); break;
            case Field.FirstName: Add(Identifier.FirstNameSha256, path, value, PersonalData.FirstName(value)); break;
            case Field.LastName: Add(Identifier.LastNameSha256, path, value, PersonalData.LastName(value)); break;
            case Field.City: Add(Identifier.CitySha256, path, value, PersonalData.City(value)); break;
            case Field.State: Add(Identifier.StateSha256, path, value, PersonalData.State(value)); break;
            case Field.Gender: Add(Identifier.GenderSha256, path, value, PersonalData.Gender(value)); break;
            case Field.DateOfBirth: Add(Identifier.BirthDateSha256, path, value, PersonalData.BirthDate(value)); break;
            case Field.Zip or Field.PostalCode: postalCode ??= value; break;
            case Field.Country:
                country = value;
                Add(Identifier.CountrySha256, path, value, PersonalData.Country(value));
                break;
            case Field.ExternalId:
                AddPlain(Identifier.ExternalId, Scrubber.Id(value));
                Add(Identifier.ExternalIdSha256, path, value, PersonalData.ExternalId(value));
                break;
            case Field.VisitorId: AddPlain(Identifier.VisitorId, Scrubber.Id(value)); break;
            case Field.ClientIpAddress: Add(Identifier.ClientIp, path, value, IPAddress.TryParse(value, out var address) ? address.ToString() : null); break;
            case Field.ClientUserAgent: AddPlain(Identifier.UserAgent, Scrubber.Text(value)); break;
            case Field.Fbp: AddBrowserId(Identifier.Fbp, path, value); break;
            case Field.Fbc: AddBrowserId(Identifier.Fbc, path, value); break;
            case Field.Fbclid: AddBrowserId(Identifier.Fbclid, path, value); break;
            case Field.Gclid: AddBrowserId(Identifier.Gclid, path, value); break;
            case Field.Gbraid: AddBrowserId(Identifier.Gbraid, path, value); break;
            case Field.Wbraid: AddBrowserId(Identifier.Wbraid, path, value); break;
            case Field.Ttclid: AddBrowserId(Identifier.Ttclid, path, value); break;
        }
        return true;
    }

    /// <param name="usable">What became of the value; null when it cannot be used.</param>
    private readonly void Add(Identifier kind, string path, string value, string? usable)
    {
        if (usable is not null) e.Identifiers.TryAdd(kind, usable, Origin.Explicit);
        else if (!PersonalData.IsPlaceholder(value)) e.Notes.Add($"{path} could not be used");
    }

    private readonly void AddPlain(Identifier kind, string value)
    {
        if (!PersonalData.IsPlaceholder(value)) e.Identifiers.TryAdd(kind, value, Origin.Explicit);
    }

    /// <summary>Cookies and click ids stay byte for byte, unless somebody put personal data in their place.</summary>
    private readonly void AddBrowserId(Identifier kind, string path, string value)
    {
        if (ReferenceEquals(Scrubber.Id(value), value)) AddPlain(kind, value);
        else e.Notes.Add($"{path} held personal data and was left out");
    }
}
