namespace Signalbox.Core.Events;

/// <summary>The standard events and the spellings under which they are known, matched ignoring case, spaces, underscores and dashes.</summary>
public static class StandardEvents
{
    public const string PageView = "page_view";
    public const string ViewContent = "view_content";
    public const string Search = "search";
    public const string AddToCart = "add_to_cart";
    public const string InitiateCheckout = "initiate_checkout";
    public const string AddPaymentInfo = "add_payment_info";
    public const string Purchase = "purchase";
    public const string Lead = "lead";
    public const string Signup = "signup";
    public const string Subscribe = "subscribe";
    public const string Contact = "contact";

    public static IReadOnlyList<string> All { get; } =
    [
        PageView, ViewContent, Search, AddToCart, InitiateCheckout, AddPaymentInfo, Purchase, Lead, Signup, Subscribe, Contact,
    ];

    private static readonly Dictionary<string, string> Spellings = BuildSpellings();

    private static readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> BySpelling =
        Spellings.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The standard name that <paramref name="sent"/> is a spelling of, or null for a custom event.</summary>
    public static string? Find(ReadOnlySpan<char> sent)
    {
        const int longestSpelling = 32;
        Span<char> folded = stackalloc char[longestSpelling];
        var length = 0;
        foreach (var letter in sent)
        {
            if (letter is ' ' or '_' or '-') continue;
            if (length == longestSpelling) return null;
            folded[length++] = char.ToLowerInvariant(letter);
        }
        return BySpelling.TryGetValue(folded[..length], out var name) ? name : null;
    }

    private static Dictionary<string, string> BuildSpellings()
    {
        var spellings = All.ToDictionary(name => name.Replace("_", "", StringComparison.Ordinal), StringComparer.Ordinal);
        foreach (var (name, others) in new (string, string[])[]
        {
            (PageView, ["page", "pageviewed", "viewedpage"]),
            (ViewContent, ["viewitem", "productviewed", "viewedproduct"]),
            (Search, ["productssearched", "searched"]),
            (AddToCart, ["productadded", "addedtocart", "addcart"]),
            (InitiateCheckout, ["checkoutstarted", "begincheckout", "startcheckout", "startedcheckout"]),
            (AddPaymentInfo, ["paymentinfoentered", "addbilling", "addbillinginfo"]),
            (Purchase, ["ordercompleted", "completedorder", "completepayment", "placeanorder"]),
            (Lead, ["generatelead", "leadgenerated", "submitform"]),
            (Signup, ["completeregistration", "signedup", "registrationcompleted"]),
            (Subscribe, ["subscriptioncreated", "subscribed"]),
        })
        {
            foreach (var other in others) spellings.Add(other, name);
        }
        return spellings;
    }
}
