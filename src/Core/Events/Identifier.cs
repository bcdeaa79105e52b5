namespace Signalbox.Core.Events;

/// <summary>
/// What can tell a platform who an event belongs to. The numbers are written to disk: they are never reused or changed.
/// Every <c>…Sha256</c> value is 64 lower-case hex digits of the value normalised as its comment says, without salt.
/// </summary>
public enum Identifier : byte
{
    /// <summary>Our visitor id (the <c>_sgnl_vid</c> cookie), plain.</summary>
    VisitorId = 1,

    /// <summary>The shop's own customer id, plain.</summary>
    ExternalId = 2,

    /// <summary>The shop's own customer id, trimmed and lower-cased, hashed.</summary>
    ExternalIdSha256 = 3,

    /// <summary>Email, trimmed and lower-cased.</summary>
    EmailSha256 = 4,

    /// <summary>Phone, digits only, country code first, no plus and no leading zeros.</summary>
    PhoneSha256 = 5,

    /// <summary>Given name, lower-cased, without white space and punctuation, accents kept.</summary>
    FirstNameSha256 = 6,

    /// <summary>Family name, normalised as the given name.</summary>
    LastNameSha256 = 7,

    /// <summary>City, lower-cased, letters only.</summary>
    CitySha256 = 8,

    /// <summary>State or region, lower-cased, letters only, two-letter code where it is one.</summary>
    StateSha256 = 9,

    /// <summary>Postal code, lower-cased, without white space and dash; United States: first five digits.</summary>
    PostalCodeSha256 = 10,

    /// <summary>ISO 3166-1 alpha-2 country code, lower-cased.</summary>
    CountrySha256 = 11,

    /// <summary><c>f</c> or <c>m</c>.</summary>
    GenderSha256 = 12,

    /// <summary>Date of birth as <c>YYYYMMDD</c>.</summary>
    BirthDateSha256 = 13,

    /// <summary>The browser's address, IPv4 or IPv6, plain.</summary>
    ClientIp = 20,

    /// <summary>The browser's user agent, plain.</summary>
    UserAgent = 21,

    /// <summary>Meta's browser id cookie, <c>fb.1.ms.random</c>.</summary>
    Fbp = 30,

    /// <summary>Meta's click id cookie, <c>fb.1.ms.fbclid</c>.</summary>
    Fbc = 31,

    /// <summary>Meta's click id as it stood in the landing page's query; case-sensitive.</summary>
    Fbclid = 32,

    /// <summary>Google's click id.</summary>
    Gclid = 33,

    /// <summary>Google's click id for app-to-web journeys.</summary>
    Gbraid = 34,

    /// <summary>Google's click id for web-to-app journeys.</summary>
    Wbraid = 35,

    /// <summary>TikTok's click id.</summary>
    Ttclid = 36,
}

/// <summary>Where an identifier's value came from.</summary>
public enum Origin : byte
{
    /// <summary>The request that carried the event said it.</summary>
    Explicit = 1,

    /// <summary>The visitor's record filled the gap.</summary>
    Visitor = 2,
}
