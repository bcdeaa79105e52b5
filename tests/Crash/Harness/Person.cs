namespace Signalbox.Crash.Tests.Harness;

/// <summary>A person of whom nothing may stay, and requests that tell of her in every shape callers are known to use.</summary>
internal static class Person
{
    /// <summary>Stands in every event beside what is personal, so that a search that finds nothing else has to find this.</summary>
    public const string Marker = "marker-7391-order";

    private const string Email = "kunde.geheim77@privat-mail.example";
    private const string LoudEmail = "Kunde.Geheim77@PRIVAT-Mail.example";
    private const string Url =
        "https://shop.example/danke?email=kunde.geheim77%40privat-mail.example&phone=%2B49176555018273&first_name=Quirina&last_name=%C3%9Cberzwerch&utm_source=mail";

    /// <summary>The name's first letter is left out: it has two spellings and several encodings.</summary>
    public static Traces Traces { get; } = new(Email, "kunde.geheim77", "privat-mail", "quirina", "berzwerch", "176555018273", "555018273", "555 018273", "5550-18273", "555-018273");

    public static Traces OfMarker { get; } = new(Marker);

    /// <summary>Bodies of <c>POST /api/v1/events</c> that are accepted.</summary>
    public static IEnumerable<string> Events()
    {
        string[] persons =
        [
            $$"""{ "email": "  {{LoudEmail}} ", "phone": "+49 (176) 5550-18273", "first_name": " QUIRINA", "last_name": "Überzwerch" }""",
            $$"""{ "email": "KUNDE.GEHEIM77@PRIVAT-MAIL.EXAMPLE", "phone": "0049-176-555018273", "first_name": "quirina", "last_name": "ÜBERZWERCH" }""",
            """{ "email": "kunde.geheim77\u0040privat-mail.example", "phone": 49176555018273, "first_name": "Quirina", "last_name": "\u00dcberzwerch" }""",
            """{ "email": "kunde.geheim77 at privat-mail.example", "phone": "176-555018273 ext 4", "first_name": "Quirina 1", "last_name": "Überzwerch (geb. Quirina)" }""",
            $$"""{ "email": "Quirina Überzwerch <{{Email}}>", "external_id": "{{Email}}", "visitor_id": "{{LoudEmail}}" }""",
            """{ "external_id": "+49 176 555018273", "visitor_id": "0176-555018273" }""",
            $$"""{ "external_id": "c-1", "fbp": "{{Email}}", "fbc": "fb.1.1767225600000.{{Email}}", "gclid": "{{LoudEmail}}", "ttclid": "kunde.geheim77%40privat-mail.example" }""",
            $$"""{ "external_id": "c-1", "client_user_agent": "Mozilla/5.0 (bot of {{Email}}; +49 176 555018273)", "client_ip_address": "{{Email}}" }""",
            $$"""{ "external_id": "c-1", "middle_name": "Quirina", "nick": "Quirina", "quirina": "berzwerch", "{{Email}}": true }""",
            """{ "external_id": "c-1", "visitor_id": "v-1" }""",
        ];
        foreach (var person in persons) yield return Event($$""" "user_data": {{person}}, "payload": {{Payload("")}} """);

        string[] addresses =
        [
            Url,
            $"https://shop.example/konto/{Email}/danke",
            "https://shop.example/danke?next=%2Fkonto%3Femail%3Dkunde.geheim77%2540privat-mail.example",
            "https://kunde.geheim77%40privat-mail.example:geheim@shop.example/danke",
            "https://shop.example/#/danke?mail=kunde.geheim77@privat-mail.example&tel=0176-555018273",
            "/danke?customer%5Bfirst_name%5D=Quirina&customer%5Blast_name%5D=%C3%BCberzwerch&e=KUNDE.GEHEIM77%40PRIVAT-MAIL.EXAMPLE",
            "android-app://shop/?mobile=%2B49+176+555018273",
        ];
        foreach (var address in addresses)
        {
            yield return Event($$""" "url": "{{address}}", "payload": {{Payload("")}} """);
            yield return Event($$""" "referrer": "{{address}}", "payload": {{Payload("")}} """);
            yield return Event($$""" "payload": {{Payload($$""" "url": "{{address}}", "referrer": "{{address}}", "landing_page": "{{address}}" """)}} """);
        }

        string[] properties =
        [
            $$""" "email": "{{LoudEmail}}", "customerEmail": "{{Email}}", "phone_number": "176555018273", "billing_first_name": "Quirina", "shippingLastName": "Überzwerch" """,
            $$""" "note": "Please call +49 176 555018273 or (0176) 555018273, or write to {{LoudEmail}}!", "list": ["{{Email}}", { "deep": "x {{Email}} y" }] """,
            """ "customer": { "name": "Quirina Überzwerch", "first": "Quirina", "contact": { "name": "Überzwerch", "tel": "0176 555018273" } } """,
            """ "billing": { "full_name": "Quirina Überzwerch", "address": { "name": "Quirina Überzwerch", "line1": "bei Überzwerch" } }, "cardholder": "QUIRINA ÜBERZWERCH" """,
            $$""" "{{Email}}": "yes", "tags": { "kunde.geheim77@privat-mail.example": 1 }, "raw": "mail=kunde.geheim77%40privat-mail.example" """,
            $$""" "search_string": "{{Email}}", "content_name": "Gift for {{LoudEmail}}", "content_category": "+49 176 555018273", "content_type": "{{Email}}" """,
            $$""" "items": [{ "id": "{{Email}}", "name": "Card for {{LoudEmail}}", "category": "{{Email}}", "brand": "+49 176 555018273", "owner": "Quirina" }] """,
            $$""" "content_ids": ["{{Email}}", "+49-176-555018273"] """,
            """ "note": "kunde.geheim77\u0040privat-mail.example, \u002b49 176 555018273" """,
        ];
        foreach (var some in properties)
        {
            yield return Event($$""" "payload": {{Payload(some)}} """);
            yield return Event($$""" "payload": {{Payload("")}}, "metadata": { {{some}} } """);
        }

        yield return Event($$""" "payload": { "note": "{{Marker}}", "currency": "{{Email}}" } """);
        yield return Event($$""" "event_id": "{{LoudEmail}}", "payload": {{Payload("")}} """);
        yield return Event($$""" "event_id": "order of {{Email}}", "payload": {{Payload($$""" "order_id": "{{Email}}" """)}} """);
        yield return Event($$""" "event_id": "+49 176 555018273", "payload": { "value": 1, "currency": "EUR", "note": "{{Marker}}", "order_id": "+49 176 555018273" } """);
        yield return Event($$""" "email": "{{Email}}", "first_name": "Quirina", "customer": { "name": "Überzwerch" }, "note": "{{LoudEmail}}", "payload": {{Payload("")}} """);
        yield return Event($$""" "consent": { "granted": ["marketing", "{{Email}}"] }, "payload": {{Payload("")}} """);
        yield return Event($$""" "consent": { "raw": "marketing,{{Email}}" }, "payload": {{Payload("")}} """);
        yield return $$"""{ "event_name": "Sale to {{LoudEmail}}", "event_type": "conversion", "container_id": "shop", "user_data": { "external_id": "c-1" }, "payload": {{Payload("")}} }""";
    }

    /// <summary>Bodies of <c>POST /api/v1/events</c> that are refused.</summary>
    public static IEnumerable<string> FaultyEvents() =>
    [
        $$"""{ "event_name": "Purchase", "user_data": { "email": "{{Email}}" """,
        $$"""{ "event_name": "Purchase", "email": "{{Email}}", "email": "{{Email}}", "first_name": "Quirina" }""",
        $$"""["{{Email}}", "Quirina"]""",
        $"{Email} Quirina Überzwerch +49 176 555018273",
        $$"""{ "event_name": ["{{Email}}"], "event_type": "conversion", "container_id": "shop", "payload": {} }""",
        $$"""{ "event_name": "Purchase", "event_type": "{{Email}}", "container_id": "shop", "payload": {} }""",
        $$"""{ "event_name": "Purchase", "event_type": "conversion", "container_id": "{{Email}}", "payload": {} }""",
        $$"""{ "event_name": "Purchase", "event_type": "conversion", "container_id": "shop", "payload": "{{Email}}" }""",
        $$"""{ "event_name": "Purchase", "event_type": "conversion", "container_id": "shop", "payload": { "value": "{{Email}}" } }""",
        $$"""{ "event_name": "Purchase", "event_type": "conversion", "container_id": "shop", "payload": { "items": { "{{Email}}": "Quirina" } } }""",
        $$"""{ "event_name": "Purchase", "event_type": "conversion", "container_id": "shop", "payload": {}, "event_time": "{{Email}}" }""",
        $$"""{ "event_name": "Purchase", "event_type": "conversion", "container_id": "shop", "payload": {}, "action_source": "+49 176 555018273" }""",
        $$"""{ "event_name": "Purchase", "event_type": "conversion", "container_id": "shop", "payload": {}, "user_data": "{{Email}}" }""",
        $$"""{ "event_name": "Purchase", "event_type": "conversion", "container_id": "shop", "payload": { "{{Email}}": 1, "{{Email}}": 2 } }""",
        $$"""{ "event_name": "Purchase", "event_type": "conversion", "container_id": "shop", "payload": { "x": { "a": "{{Email}}", "a": "Quirina" } } }""",
        $$"""{ "event_name": "Purchase", "event_type": "conversion", "container_id": "shop", "payload": {}, "event_id": { "{{Email}}": "Quirina" } }""",
        $$"""{ "event_name": "Purchase", "event_type": "conversion", "container_id": "shop", "payload": {}, "user_data": { "email": { "{{Email}}": 1 } } }""",
    ];

    /// <summary>Bodies of <c>POST /collect</c> that are accepted.</summary>
    public static IEnumerable<string> Visits() =>
    [
        $$"""{ "site_key": "{{Installation.SiteKey}}", "visitor_id": "v-1", "url": "{{Url}}&fbclid=Click1", "referrer": "{{Url}}" }""",
        $$"""{ "site_key": "{{Installation.SiteKey}}", "visitor_id": "v-1", "fbp": "{{Email}}", "fbc": "{{LoudEmail}}", "gclid": "+49 176 555018273" }""",
        $$"""{ "site_key": "{{Installation.SiteKey}}", "visitor_id": "0176-555018273", "email": "{{Email}}", "first_name": "Quirina", "url": "https://shop.example/{{Email}}" }""",
    ];

    /// <summary>Bodies of <c>POST /collect</c> that are refused.</summary>
    public static IEnumerable<string> FaultyVisits() =>
    [
        $$"""{ "site_key": "{{Email}}", "visitor_id": "v-1" }""",
        $$"""{ "site_key": "{{Installation.SiteKey}}", "visitor_id": "{{Email}}" }""",
        $$"""{ "site_key": "{{Installation.SiteKey}}", "visitor_id": "v-1", "url": ["{{Email}}"] }""",
        $$"""{ "site_key": "{{Installation.SiteKey}}", "visitor_id": "v-1", "referrer": "{{Email}}" """,
    ];

    /// <summary>Header values.</summary>
    public static string UserAgent => $"Mozilla/5.0 (of {Email})";

    public static string Key => Email;

    /// <summary>Paths, percent-encoded where they have to be.</summary>
    public static IEnumerable<string> Paths() =>
    [
        $"/admin/v1/containers/shop/events/{Email}",
        $"/admin/v1/containers/{Email}/events/x",
        "/admin/v1/containers/shop/events/%2B49%20176%20555018273",
        $"/nowhere/{Email}?first_name=Quirina&phone=%2B49176555018273",
        $"/health/live?email={Email}",
    ];

    private static string Payload(string more) => $$"""{ "value": 19.90, "currency": "EUR", "note_of_shop": "{{Marker}}"{{(more.Length > 0 ? "," : "")}} {{more}} }""";

    private static string Event(string members)
    {
        var person = members.Contains("\"user_data\"", StringComparison.Ordinal) ? "" : """ "user_data": { "external_id": "c-1" }, """;
        return $$"""{ "event_name": "Purchase", "event_type": "conversion", "container_id": "shop", {{person}} {{members}} }""";
    }
}
