using System.Net;
using Signalbox.Core.Events;

namespace Signalbox.Api.Dialects;

/// <summary>What is said of a person, whatever a dialect calls it.</summary>
internal enum PersonField
{
    Email, Phone, ExternalId, FirstName, LastName, Fbp, Fbc, VisitorId, ClientIpAddress, ClientUserAgent, Fbclid, Gclid, Gbraid, Wbraid, Ttclid,
    City, State, Zip, PostalCode, Country, Gender, DateOfBirth,
}

/// <summary>
/// Puts into an event what is said of a person: what is personal is hashed at once and forgotten, what is unusable is left out and noted (I6).
/// What was set first wins. When everything is set, call <see cref="Finish"/>.
/// </summary>
internal struct Person(ConversionEvent e)
{
    private (string Path, string Value)? postalCode;
    private string? country;

    /// <summary>In characters.</summary>
    public static int MaxLengthOf(PersonField field) => field switch
    {
        PersonField.VisitorId => 128,
        PersonField.ClientUserAgent => 2048,
        _ => PersonalData.MaxLength,
    };

    /// <param name="path">The field's place in the request, for notes.</param>
    public void Set(PersonField field, string path, string value)
    {
        switch (field)
        {
            case PersonField.Email: Add(Identifier.EmailSha256, path, value, PersonalData.Email(value)); break;
            case PersonField.Phone: Add(Identifier.PhoneSha256, path, value, PersonalData.Phone(value)); break;
            case PersonField.FirstName: Add(Identifier.FirstNameSha256, path, value, PersonalData.FirstName(value)); break;
            case PersonField.LastName: Add(Identifier.LastNameSha256, path, value, PersonalData.LastName(value)); break;
            case PersonField.City: Add(Identifier.CitySha256, path, value, PersonalData.City(value)); break;
            case PersonField.State: Add(Identifier.StateSha256, path, value, PersonalData.State(value)); break;
            case PersonField.Gender: Add(Identifier.GenderSha256, path, value, PersonalData.Gender(value)); break;
            case PersonField.DateOfBirth: Add(Identifier.BirthDateSha256, path, value, PersonalData.BirthDate(value)); break;
            case PersonField.Zip or PersonField.PostalCode: postalCode ??= (path, value); break;
            case PersonField.Country:
                country = value;
                Add(Identifier.CountrySha256, path, value, PersonalData.Country(value));
                break;
            case PersonField.ExternalId:
                AddPlain(Identifier.ExternalId, Scrubber.Id(value));
                Add(Identifier.ExternalIdSha256, path, value, PersonalData.ExternalId(value));
                break;
            case PersonField.VisitorId: AddPlain(Identifier.VisitorId, Scrubber.Id(value)); break;
            case PersonField.ClientIpAddress: Add(Identifier.ClientIp, path, value, IPAddress.TryParse(value, out var address) ? address.ToString() : null); break;
            case PersonField.ClientUserAgent: AddPlain(Identifier.UserAgent, Scrubber.Text(value)); break;
            case PersonField.Fbp: AddBrowserId(Identifier.Fbp, path, value); break;
            case PersonField.Fbc: AddBrowserId(Identifier.Fbc, path, value); break;
            case PersonField.Fbclid: AddBrowserId(Identifier.Fbclid, path, value); break;
            case PersonField.Gclid: AddBrowserId(Identifier.Gclid, path, value); break;
            case PersonField.Gbraid: AddBrowserId(Identifier.Gbraid, path, value); break;
            case PersonField.Wbraid: AddBrowserId(Identifier.Wbraid, path, value); break;
            case PersonField.Ttclid: AddBrowserId(Identifier.Ttclid, path, value); break;
        }
    }

    /// <summary>Sets what depends on several fields.</summary>
    public readonly void Finish()
    {
        if (postalCode is var (path, value)) Add(Identifier.PostalCodeSha256, path, value, PersonalData.PostalCode(value, country));
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
