namespace Signalbox.Core.Events;

/// <summary>
/// Finds emails and phone numbers in text by hand-written scanning: each character is looked at a bounded number of times, whatever
/// the input.
/// </summary>
internal static class PersonalPatterns
{
    private const int MinPhoneDigits = 7;
    private const int MaxPhoneDigits = 15;

    /// <summary>
    /// The first email or phone number at or after <paramref name="from"/>: a phone number starts with a plus or is written with separators,
    /// since bare digits may be an order number. Length 0 when there is none.
    /// </summary>
    public static (int Start, int Length) Next(ReadOnlySpan<char> text, int from)
    {
        for (var index = from; index < text.Length; index++)
        {
            var letter = text[index];
            if (letter is '@' or '%')
            {
                if (EmailAt(text, index, from) is { Length: > 0 } email) return email;
            }
            else if (letter is '+' or '(' || char.IsAsciiDigit(letter))
            {
                if (PhoneAt(text, index) is var length and > 0) return (index, length);
            }
        }
        return (text.Length, 0);
    }

    public static bool ContainsEmail(ReadOnlySpan<char> text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            var next = text[index..].IndexOfAny('@', '%');
            if (next < 0) return false;
            index += next;
            if (EmailAt(text, index, 0).Length > 0) return true;
        }
        return false;
    }

    /// <summary>Whether all of the value is a phone number, by the rule of <see cref="Next"/>.</summary>
    public static bool IsPhone(ReadOnlySpan<char> value)
    {
        var trimmed = value.Trim();
        return !trimmed.IsEmpty && trimmed[0] is '+' or '(' or (>= '0' and <= '9') && PhoneAt(trimmed, 0) == trimmed.Length;
    }

    /// <summary>The email whose at sign, plain or percent-encoded any number of times, stands at <paramref name="at"/>.</summary>
    private static (int Start, int Length) EmailAt(ReadOnlySpan<char> text, int at, int from)
    {
        var sign = AtSignLength(text[at..]);
        if (sign == 0) return default;
        var start = at;
        while (start > from && IsLocalPart(text[start - 1])) start--;
        if (start == at) return default;

        var domain = at + sign;
        var end = domain;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '.' or '-')) end++;
        while (end > domain && text[end - 1] is '.' or '-') end--;
        var host = text[domain..end];
        var dot = host.LastIndexOf('.');
        var hasTopLevel = dot > 0 && host.Length - dot > 2 && char.IsLetter(host[dot + 1]);
        return hasTopLevel ? (start, end - start) : default;
    }

    private static int AtSignLength(ReadOnlySpan<char> text)
    {
        if (text[0] == '@') return 1;
        var length = 1;
        while (text[length..].StartsWith("25")) length += 2;
        return text[length..].StartsWith("40") ? length + 2 : 0;
    }

    // A percent sign would let a run of encoded at signs be walked again from each of them, and belongs to no real address.
    private static bool IsLocalPart(char letter) => char.IsLetterOrDigit(letter) || letter is '.' or '_' or '-' or '+' or '\'' or '!' or '#' or '$' or '~' or '^';

    /// <returns>The length of the phone number that starts exactly at <paramref name="start"/>, otherwise 0.</returns>
    private static int PhoneAt(ReadOnlySpan<char> text, int start)
    {
        if (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || Continues(text, start))) return 0;

        Span<int> groups = stackalloc int[MaxPhoneDigits];
        var (groupCount, digits, brackets, dotted) = (0, 0, 0, false);
        var inGroup = false;
        var index = text[start] == '+' ? start + 1 : start;
        var end = index;
        for (; index < text.Length; index++)
        {
            var letter = text[index];
            if (char.IsAsciiDigit(letter))
            {
                if (++digits > MaxPhoneDigits) return 0;
                if (!inGroup) groupCount++;
                groups[groupCount - 1]++;
                inGroup = true;
                end = index + 1;
                continue;
            }
            inGroup = false;
            if (letter == '(' && brackets == 0) brackets = 1;
            else if (letter == ')' && brackets == 1) brackets = groupCount == 1 ? 2 : 3;
            else if (!IsSeparator(letter) || IsSeparator(text[index - 1])) break;
            else dotted |= letter == '.' && index + 1 < text.Length && char.IsAsciiDigit(text[index + 1]);
        }
        if (digits < MinPhoneDigits || (end < text.Length && (char.IsLetterOrDigit(text[end]) || EndsInTime(text, end)))) return 0;

        var sizes = groups[..groupCount];
        var isPhone = text[start] == '+'
            || (brackets == 2 && text[start] == '(' && sizes[0] is >= 2 and <= 5)
            || IsNorthAmerican(text[start..end], sizes)
            || IsNational(text[start], sizes, digits, dotted);
        return isPhone ? end - start : 0;
    }

    // 1.650.555.1212 and 12-650-555-1212 are versions and numbers of something: a phone number does not start amid them.
    private static bool Continues(ReadOnlySpan<char> text, int start) =>
        start > 1 && text[start - 1] is '.' or '-' or ',' or '/' or ':' && char.IsAsciiDigit(text[start - 2]);

    private static bool EndsInTime(ReadOnlySpan<char> text, int end) => text[end] == ':' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]);

    private static bool IsSeparator(char letter) => letter is ' ' or '-' or '.' or '\u00a0';

    /// <summary>650-555-1212, 1 (650) 555-1212: area code and exchange start with 2 to 9.</summary>
    private static bool IsNorthAmerican(ReadOnlySpan<char> text, ReadOnlySpan<int> sizes)
    {
        var hasCountry = sizes.Length == 4 && sizes[0] == 1 && text[0] == '1';
        if (!(hasCountry ? sizes[1..] : sizes).SequenceEqual([3, 3, 4])) return false;
        Span<char> digits = stackalloc char[11];
        var length = 0;
        foreach (var letter in text)
        {
            if (char.IsAsciiDigit(letter)) digits[length++] = letter;
        }
        var area = hasCountry ? 1 : 0;
        return digits[area] >= '2' && digits[area + 3] >= '2';
    }

    /// <summary>020 7946 0958, 06.12.34.56.78, 0171-1234567: a trunk zero. Two groups around a dot would rather be a fraction.</summary>
    private static bool IsNational(char first, ReadOnlySpan<int> sizes, int digits, bool dotted) =>
        first == '0' && digits is >= 9 and <= 14 && sizes[0] is >= 2 and <= 6 && sizes.Length >= (dotted ? 3 : 2);
}
