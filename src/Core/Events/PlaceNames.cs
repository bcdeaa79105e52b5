using System.Collections.Frozen;

namespace Signalbox.Core.Events;

/// <summary>The codes of places that people write out: countries in English, states of the US, provinces of Canada.</summary>
internal static class PlaceNames
{
    private const int LongestName = 64;

    /// <summary>ISO 3166-1 alpha-2, all that are assigned.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> CountryCodes = FrozenSet.Create(StringComparer.Ordinal, (
        "ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz " +
        "de dj dk dm do dz ec ee eg eh er es et fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it " +
        "je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz " +
        "na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz " +
        "tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw").Split(' ')).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Countries = Lookup(
        "us unitedstates unitedstatesofamerica usa america", "gb unitedkingdom uk gbr greatbritain britain england scotland wales northernireland",
        "ca canada can", "mx mexico mex", "br brazil bra brasil", "ar argentina arg", "cl chile chl", "co colombia col", "pe peru per",
        "de germany deu deutschland", "at austria aut", "ch switzerland che", "fr france fra", "es spain esp", "pt portugal prt", "it italy ita",
        "ie ireland irl", "nl netherlands nld thenetherlands holland", "be belgium bel", "lu luxembourg lux", "dk denmark dnk", "se sweden swe",
        "no norway nor", "fi finland fin", "is iceland isl", "pl poland pol", "cz czechia cze czechrepublic", "sk slovakia svk", "hu hungary hun",
        "ro romania rou", "bg bulgaria bgr", "gr greece grc", "hr croatia hrv", "si slovenia svn", "rs serbia srb", "ee estonia est", "lv latvia lva",
        "lt lithuania ltu", "ua ukraine ukr", "tr turkey tur türkiye turkiye", "ru russia rus russianfederation", "cy cyprus cyp", "mt malta mlt",
        "il israel isr", "ae unitedarabemirates are uae", "sa saudiarabia sau", "eg egypt egy", "ma morocco mar", "ng nigeria nga", "ke kenya ken",
        "za southafrica zaf", "in india ind", "pk pakistan pak", "bd bangladesh bgd", "cn china chn", "hk hongkong hkg", "tw taiwan twn", "jp japan jpn",
        "kr southkorea kor republicofkorea korea", "sg singapore sgp", "my malaysia mys", "th thailand tha", "vn vietnam vnm", "id indonesia idn",
        "ph philippines phl thephilippines", "au australia aus", "nz newzealand nzl");

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> States = Lookup(
        "al alabama", "ak alaska", "az arizona", "ar arkansas", "ca california", "co colorado", "ct connecticut", "de delaware",
        "dc districtofcolumbia washingtondc", "fl florida", "ga georgia", "hi hawaii", "id idaho", "il illinois", "in indiana", "ia iowa", "ks kansas",
        "ky kentucky", "la louisiana", "me maine", "md maryland", "ma massachusetts", "mi michigan", "mn minnesota", "ms mississippi", "mo missouri",
        "mt montana", "ne nebraska", "nv nevada", "nh newhampshire", "nj newjersey", "nm newmexico", "ny newyork", "nc northcarolina", "nd northdakota",
        "oh ohio", "ok oklahoma", "or oregon", "pa pennsylvania", "ri rhodeisland", "sc southcarolina", "sd southdakota", "tn tennessee", "tx texas",
        "ut utah", "vt vermont", "va virginia", "wa washington", "wv westvirginia", "wi wisconsin", "wy wyoming", "pr puertorico",
        "ab alberta", "bc britishcolumbia", "mb manitoba", "nb newbrunswick", "nl newfoundlandandlabrador newfoundland", "ns novascotia", "on ontario",
        "pe princeedwardisland", "qc quebec québec", "sk saskatchewan", "nt northwestterritories", "nu nunavut", "yt yukon");

    /// <returns>The two-letter code in lower case, or null when the value is neither a code nor a known name.</returns>
    public static string? CountryCode(string value)
    {
        if (value.Length > LongestName) return null;
        Span<char> folded = stackalloc char[value.Length];
        folded = folded[..Fold(value, folded, dropDigits: false)];
        if (Countries.TryGetValue(folded, out var code)) return code;
        return CountryCodes.Contains(folded) ? folded.ToString() : null;
    }

    /// <param name="folded">As <see cref="Fold"/> leaves it.</param>
    /// <returns>The code of a state written out, otherwise null.</returns>
    public static string? StateCode(ReadOnlySpan<char> folded) => States.TryGetValue(folded, out var code) ? code : null;

    /// <summary>Lower-cases and leaves out white space and punctuation.</summary>
    /// <returns>How many characters are left in <paramref name="folded"/>.</returns>
    public static int Fold(ReadOnlySpan<char> value, Span<char> folded, bool dropDigits)
    {
        var length = 0;
        foreach (var letter in value)
        {
            if (char.IsWhiteSpace(letter) || char.IsPunctuation(letter) || (char.IsAscii(letter) && char.IsSymbol(letter))) continue;
            if (dropDigits && char.IsDigit(letter)) continue;
            folded[length++] = char.ToLowerInvariant(letter);
        }
        return length;
    }

    /// <param name="entries">The code, then its names.</param>
    private static FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Lookup(params string[] entries) =>
        entries.Select(entry => entry.Split(' '))
            .SelectMany(words => words[1..].Select(name => KeyValuePair.Create(name, words[0])))
            .ToFrozenDictionary(StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
}
