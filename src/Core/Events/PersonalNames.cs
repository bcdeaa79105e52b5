using System.Collections.Frozen;

namespace Signalbox.Core.Events;

/// <summary>Tells by the name of a field whether it holds personal data, ignoring case, separators and a number at the end.</summary>
internal static class PersonalNames
{
    private const int LongestName = 64;

    /// <summary>Personal as a whole name and as the last words of one, as in <c>billing_first_name</c>.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Anywhere = FrozenSet.Create(StringComparer.Ordinal,
        "email", "emailaddress", "mail", "phone", "phonenumber", "mobile", "mobilenumber", "mobilephone", "tel", "telephone", "telephonenumber",
        "cellphone", "firstname", "lastname", "middlename", "fname", "lname", "fullname", "surname", "givenname", "familyname", "forename",
        "birthday", "birthdate", "dateofbirth", "dob", "streetaddress", "postaladdress", "addressline", "customername", "contactname", "buyername",
        "recipientname", "cardholder", "cardholdername").GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Personal only as a whole name.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Alone = FrozenSet.Create(StringComparer.Ordinal,
        "address", "street", "streetname", "billingname", "shippingname", "billingaddress", "shippingaddress", "homeaddress", "useremail",
        "customeremail", "userphone", "customerphone").GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Objects that describe a person, in which a mere <c>name</c> is that person's.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Persons = FrozenSet.Create(StringComparer.Ordinal,
        "customer", "billing", "shipping", "address", "billingaddress", "shippingaddress", "homeaddress", "user", "userdata", "buyer", "recipient",
        "contact", "person", "traits", "profile", "lead", "client").GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> OfPerson = FrozenSet.Create(StringComparer.Ordinal,
        "name", "first", "last", "line").GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool IsPersonal(ReadOnlySpan<char> name)
    {
        Span<char> folded = stackalloc char[LongestName];
        return Fold(name, ref folded, out var lastWord, out var lastTwoWords)
            && (Anywhere.Contains(folded) || Alone.Contains(folded) || Anywhere.Contains(lastWord) || Anywhere.Contains(lastTwoWords));
    }

    /// <summary>As <see cref="IsPersonal"/>, where the field belongs to a person.</summary>
    public static bool IsPersonalOfPerson(ReadOnlySpan<char> name)
    {
        Span<char> folded = stackalloc char[LongestName];
        return IsPersonal(name) || (Fold(name, ref folded, out _, out _) && OfPerson.Contains(folded));
    }

    public static bool IsPerson(ReadOnlySpan<char> name)
    {
        Span<char> folded = stackalloc char[LongestName];
        return Fold(name, ref folded, out _, out _) && Persons.Contains(folded);
    }

    /// <returns>False when the name is too long to be one of ours.</returns>
    private static bool Fold(ReadOnlySpan<char> name, ref Span<char> folded, out ReadOnlySpan<char> lastWord, out ReadOnlySpan<char> lastTwoWords)
    {
        lastWord = lastTwoWords = default;
        name = name.TrimEnd("0123456789 _-.[]");
        if (name.Length > folded.Length) return false;
        var (length, word, previousWord) = (0, 0, 0);
        for (var index = 0; index < name.Length; index++)
        {
            var letter = name[index];
            if (!char.IsLetterOrDigit(letter)) continue;
            var startsWord = index == 0 || !char.IsLetterOrDigit(name[index - 1]) || (char.IsUpper(letter) && char.IsLower(name[index - 1]));
            if (startsWord && length > word) (previousWord, word) = (word, length);
            folded[length++] = char.ToLowerInvariant(letter);
        }
        folded = folded[..length];
        lastWord = folded[word..];
        lastTwoWords = folded[previousWord..];
        return length > 0;
    }
}
