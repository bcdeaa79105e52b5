using System.Security.Cryptography;
using System.Text;
using Signalbox.Core.Events;

namespace Signalbox.Core.Tests.Events;

public class PersonalDataTests
{
    private const string HashOfJohn = "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f";

    [Theory]
    [InlineData("john_smith@gmail.com", HashOfJohn)]
    [InlineData("  John_Smith@Gmail.COM\t", HashOfJohn)]
    [InlineData("person@example.com", "542d240129883c019e106e3b1b2d3f3cb3537c43c425364de8e951d5a3083345")]
    [InlineData("test@twitter.com", "d360d510a224510f373931ce2d6215a799f5a9c1cef221b0149b6b6b50cced62")]
    public void Emails_are_trimmed_and_lower_cased_as_in_the_published_vectors(string raw, string expected) =>
        Assert.Equal(expected, PersonalData.Email(raw));

    [Theory]
    [InlineData("user.name+alias@gmail.com")]
    [InlineData("josé@exämple.com")]
    [InlineData("[email protected]")]
    public void Emails_keep_dots_tags_accents_and_whatever_else_they_are_made_of(string raw) =>
        Assert.Equal(Sha256(raw), PersonalData.Email(raw.ToUpperInvariant()));

    [Theory]
    [InlineData("16505551212", "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176")]
    [InlineData("+1 (650)555-1212", "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176")]
    [InlineData("001.650.555.1212", "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176")]
    [InlineData("+44 844 412 4653", "dc008fda46e2e64002cf2f82a4906236282d431c4f75e5b60bfe79fc48546383")]
    [InlineData("0044\u00a0844 412 4653", "dc008fda46e2e64002cf2f82a4906236282d431c4f75e5b60bfe79fc48546383")]
    [InlineData("\uff0b\uff11\uff16\uff15\uff10\uff15\uff15\uff15\uff11\uff12\uff11\uff12", "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176")]
    public void Phones_are_digits_only_without_leading_zeros_as_in_the_published_vectors(string raw, string expected) =>
        Assert.Equal(expected, PersonalData.Phone(raw));

    [Theory]
    [InlineData("555121")]
    [InlineData("+1234567890123456")]
    [InlineData("call me")]
    [InlineData("000000000")]
    public void A_phone_needs_seven_to_fifteen_digits(string raw) => Assert.Null(PersonalData.Phone(raw));

    [Theory]
    [InlineData("Mary", "mary", "6915771b")]
    [InlineData("정", "정", "8fa8cd9c")]
    [InlineData("Valéry", "valéry", "08e1996b")]
    [InlineData(" O'Brien-Smith, Jr. ", "obriensmithjr", "")]
    [InlineData("O\u2019Brien", "obrien", "")]
    [InlineData("ÅSA", "åsa", "")]
    public void Names_lose_white_space_and_punctuation_and_keep_their_accents(string raw, string normalised, string published)
    {
        Assert.Equal(Sha256(normalised), PersonalData.FirstName(raw));
        Assert.Equal(Sha256(normalised), PersonalData.LastName(raw));
        Assert.StartsWith(published, PersonalData.FirstName(raw), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Menlo Park", "menlopark")]
    [InlineData("Paris 16e", "parise")]
    [InlineData("Saint-Étienne", "saintétienne")]
    public void Cities_are_letters_only(string raw, string normalised) => Assert.Equal(Sha256(normalised), PersonalData.City(raw));

    [Theory]
    [InlineData("California", "ca")]
    [InlineData("CA", "ca")]
    [InlineData("new york", "ny")]
    [InlineData("Québec", "qc")]
    [InlineData("Bayern", "bayern")]
    public void States_of_the_US_and_Canada_become_codes_and_others_stay_whole(string raw, string normalised) =>
        Assert.Equal(Sha256(normalised), PersonalData.State(raw));

    [Theory]
    [InlineData("94035-1234", null, "94035")]
    [InlineData("940351234", "US", "94035")]
    [InlineData("940351234", null, "940351234")]
    [InlineData("SW1A 1AA", "GB", "sw1a1aa")]
    [InlineData("1000-205", "PT", "1000205")]
    public void Postal_codes_are_bare_and_those_of_the_US_have_five_digits(string raw, string? country, string normalised) =>
        Assert.Equal(Sha256(normalised), PersonalData.PostalCode(raw, country));

    [Theory]
    [InlineData("US", "us")]
    [InlineData("U.S.A.", "us")]
    [InlineData("United Kingdom", "gb")]
    [InlineData("uk", "gb")]
    [InlineData("Germany", "de")]
    [InlineData("bg", "bg")]
    public void Countries_become_their_two_letter_code(string raw, string normalised) => Assert.Equal(Sha256(normalised), PersonalData.Country(raw));

    [Fact]
    public void The_hash_of_a_country_is_that_of_its_lower_case_code() =>
        Assert.Equal("79adb2a2fce5c6ba215fe5f27f532d4e7edbac4b6a5e09e1ef3a08084a904621", PersonalData.Country("US"));

    [Theory]
    [InlineData("zz")]
    [InlineData("Atlantis")]
    public void What_is_no_country_is_not_cut_to_two_letters(string raw) => Assert.Null(PersonalData.Country(raw));

    [Theory]
    [InlineData("Female", "f")]
    [InlineData("m", "m")]
    [InlineData("MÄNNLICH", "m")]
    public void Genders_become_a_letter(string raw, string normalised) => Assert.Equal(Sha256(normalised), PersonalData.Gender(raw));

    [Fact]
    public void A_gender_that_is_neither_is_left_out() => Assert.Null(PersonalData.Gender("prefer not to say"));

    [Theory]
    [InlineData("19900517")]
    [InlineData("1990-05-17")]
    [InlineData("1990/5/17")]
    [InlineData("1990-05-17T00:00:00Z")]
    [InlineData("17.05.1990")]
    [InlineData("05/17/1990")]
    [InlineData("17/05/1990")]
    public void Birth_dates_become_eight_digits(string raw) => Assert.Equal(Sha256("19900517"), PersonalData.BirthDate(raw));

    [Theory]
    [InlineData("17/05/90")]
    [InlineData("1990-02-30")]
    [InlineData("1990-13-01")]
    [InlineData("0001-01-01")]
    [InlineData("yesterday")]
    public void What_is_no_full_date_is_no_birth_date(string raw) => Assert.Null(PersonalData.BirthDate(raw));

    [Fact]
    public void An_external_id_is_trimmed_lower_cased_and_hashed() => Assert.Equal(Sha256("user_123"), PersonalData.ExternalId(" User_123 "));

    public static TheoryData<string> Kinds => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_hashed_already_passes_through_in_lower_case(string kind) => Assert.Equal(HashOfJohn, All[kind](" " + HashOfJohn.ToUpperInvariant()));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Placeholders_are_nothing(string kind)
    {
        foreach (var placeholder in new[]
        {
            "", "   ", "null", "NULL", "undefined", "None", "0", "000", "00000000-0000-0000-0000-000000000000", new string('0', 64),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        })
        {
            Assert.Null(All[kind](placeholder));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_is_too_long_or_too_broken_to_be_answered(string kind)
    {
        Assert.Null(All[kind](new string('7', 250_000)));
        _ = All[kind]("\ud800 \0 \udfff");
        _ = All[kind]("////----....    ");
        _ = All[kind](string.Concat(Enumerable.Repeat("9-", 500)));
    }

    [Theory]
    [InlineData(HashOfJohn, true)]
    [InlineData("62A14E44F765419D10FEA99367361A727C12365E2520F32218D505ED9AA0F62F", true)]
    [InlineData("62a14e44f765419d10fea99367361a72", false)]
    [InlineData("g2a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f", false)]
    public void A_hash_is_64_hex_digits(string value, bool expected) => Assert.Equal(expected, PersonalData.IsHashed(value));

    private static readonly Dictionary<string, Func<string, string?>> All = new()
    {
        ["email"] = PersonalData.Email,
        ["phone"] = PersonalData.Phone,
        ["first name"] = PersonalData.FirstName,
        ["last name"] = PersonalData.LastName,
        ["city"] = PersonalData.City,
        ["state"] = PersonalData.State,
        ["postal code"] = raw => PersonalData.PostalCode(raw),
        ["country"] = PersonalData.Country,
        ["gender"] = PersonalData.Gender,
        ["birth date"] = PersonalData.BirthDate,
        ["external id"] = PersonalData.ExternalId,
    };

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
