using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Signalbox.Api.Admin;

namespace Signalbox.Api.OpenApi;

// Bodies as the OpenAPI document shows them. Requests are read by hand, straight from their bytes; a test holds that both know the same fields.

internal sealed record SignalsEventBody
{
    [Description("A standard name (PageView, ViewContent, Search, AddToCart, InitiateCheckout, AddPaymentInfo, Purchase, Lead, CompleteRegistration, Subscribe, Contact) in any spelling of case, spaces and underscores, or one of your own."), MaxLength(128)]
    public required string EventName { get; init; }

    [Description("Either conversion or engagement."), AllowedValues("conversion", "engagement")]
    public required string EventType { get; init; }

    [Description("The container that the event belongs to."), MaxLength(256)]
    public required string ContainerId { get; init; }

    public required SignalsPayload Payload { get; init; }

    public PersonBody? UserData { get; init; }

    [Description("Yours, for deduplication: sent again within the container's window, the event is not processed again. Without one it is never a duplicate."), MaxLength(256)]
    public string? EventId { get; init; }

    [Description("Unix milliseconds; below 100000000000 it is taken as seconds. Without one, the time of arrival.")]
    public decimal? EventTime { get; init; }

    [Description("Anything else; kept as custom properties beside the payload's.")]
    public JsonObject? Metadata { get; init; }

    [Description("The page where it happened. Click ids in its query count as given."), MaxLength(8192)]
    public string? Url { get; init; }

    [Description("Another name of url."), MaxLength(8192)]
    public string? EventSourceUrl { get; init; }

    [MaxLength(8192)]
    public string? Referrer { get; init; }

    [Description("Without one: website when user agent and url are known, else system_generated.")]
    [AllowedValues("website", "email", "app", "phone_call", "chat", "physical_store", "system_generated", "business_messaging", "other")]
    public string? ActionSource { get; init; }

    public ConsentBody? Consent { get; init; }
}

[Description("What happened. Members that are not listed are kept as custom properties and forwarded to webhooks; what looks like personal data in them is dropped.")]
internal sealed record SignalsPayload
{
    [Description("A number, or a string that holds one.")]
    public decimal? Value { get; init; }

    [Description("ISO 4217, in any case.")]
    public string? Currency { get; init; }

    public string? TransactionId { get; init; }

    [Description("Another name of transaction_id.")]
    public string? OrderId { get; init; }

    public IReadOnlyList<ItemBody>? Items { get; init; }

    [Description("Another name of items.")]
    public IReadOnlyList<ItemBody>? Contents { get; init; }

    [Description("Another name of items.")]
    public IReadOnlyList<ItemBody>? Products { get; init; }

    [Description("Used where no items are given.")]
    public IReadOnlyList<string>? ContentIds { get; init; }

    public string? ContentType { get; init; }

    public string? ContentName { get; init; }

    public string? ContentCategory { get; init; }

    public int? NumItems { get; init; }

    public string? SearchString { get; init; }

    [Description("Another name of search_string.")]
    public string? Query { get; init; }

    public string? Url { get; init; }

    public string? EventSourceUrl { get; init; }

    public string? Referrer { get; init; }
}

internal sealed record ItemBody
{
    [Description("Also product_id, sku or item_id. An item without one is left out.")]
    public required string Id { get; init; }

    public string? Name { get; init; }

    [Description("Per unit. Also item_price.")]
    public decimal? Price { get; init; }

    public int? Quantity { get; init; }

    public string? Category { get; init; }

    public string? Brand { get; init; }
}

[Description("Who did it. Email, phone, names, address, gender and date of birth may come raw or as SHA-256 in hex; they are normalised and hashed at the door and never stored raw.")]
internal sealed record PersonBody
{
    public string? Email { get; init; }

    [Description("With the country code.")]
    public string? Phone { get; init; }

    [Description("Your own id of the customer; kept plain and hashed.")]
    public string? ExternalId { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? Fbp { get; init; }

    public string? Fbc { get; init; }

    [Description("As sent to /collect: what the visitor's browser knew fills the gaps."), MaxLength(128)]
    public string? VisitorId { get; init; }

    public string? ClientIpAddress { get; init; }

    public string? ClientUserAgent { get; init; }

    public string? Fbclid { get; init; }

    public string? Gclid { get; init; }

    public string? Gbraid { get; init; }

    public string? Wbraid { get; init; }

    public string? Ttclid { get; init; }

    public string? City { get; init; }

    public string? State { get; init; }

    public string? Zip { get; init; }

    [Description("Another name of zip.")]
    public string? PostalCode { get; init; }

    [Description("ISO 3166-1 alpha-2.")]
    public string? Country { get; init; }

    public string? Gender { get; init; }

    [Description("Such as 1990-12-31.")]
    public string? DateOfBirth { get; init; }
}

[Description("What the visitor consented to.")]
internal sealed record ConsentBody
{
    [Description("The categories granted.")]
    public IReadOnlyList<string>? Granted { get; init; }

    [Description("The same, separated by commas; used where granted is absent.")]
    public string? Raw { get; init; }
}

internal sealed record SignalsAnswerBody
{
    [Description("Signalbox's id of the event; for a duplicate the first one's.")]
    public required string Id { get; init; }

    [Description("As sent.")]
    public required string EventName { get; init; }

    [Description("As sent.")]
    public required string EventType { get; init; }

    [Description("Always success.")]
    public required string Status { get; init; }

    [Description("How many destinations the event was queued for.")]
    public required int WebhooksTriggered { get; init; }

    [Description("In whole seconds; for a duplicate the first one's.")]
    public required DateTime CreatedAt { get; init; }

    public required bool IsDuplicate { get; init; }
}

internal sealed record DetailBody
{
    [Description("Names the field and what was expected.")]
    public required string Detail { get; init; }
}

internal sealed record CollectBody
{
    [Description("The container's site key."), MaxLength(128)]
    public required string SiteKey { get; init; }

    [Description("Letters, digits and . _ : ~ -"), MaxLength(128)]
    public required string VisitorId { get; init; }

    public string? Fbp { get; init; }

    public string? Fbc { get; init; }

    public string? Fbclid { get; init; }

    public string? Gclid { get; init; }

    public string? Gbraid { get; init; }

    public string? Wbraid { get; init; }

    public string? Ttclid { get; init; }

    [Description("The page. Click ids in its query count as given."), MaxLength(8192)]
    public string? Url { get; init; }

    [MaxLength(8192)]
    public string? Referrer { get; init; }
}

internal sealed record CollectAnswerBody
{
    public required string VisitorId { get; init; }

    [Description("As the visitor's record stands now.")]
    public string? Fbp { get; init; }

    [Description("As the visitor's record stands now; built from fbclid with the click's own time where no fbc was given.")]
    public string? Fbc { get; init; }
}

[Description("RFC 9457.")]
internal sealed record ProblemBody
{
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }
}

internal sealed record HealthBody
{
    public required string Status { get; init; }

    [Description("What an operator should know although all works; absent otherwise.")]
    public string? Warning { get; init; }
}

[Description("One accepted event with its state at every destination.")]
internal sealed record FoundEventBody
{
    [Description("Signalbox's own id.")]
    public required string Id { get; init; }

    public required string Container { get; init; }

    [Description("Its number in the container's journal.")]
    public required long Seq { get; init; }

    public required CanonicalEventBody Event { get; init; }

    public required IReadOnlyList<DeliveryView> Deliveries { get; init; }
}

[Description("The canonical event, as webhooks get it. What it does not have is left out; nothing personal is in the clear.")]
internal sealed record CanonicalEventBody
{
    [Description("The id that platforms get: the caller's, or Signalbox's own.")]
    public required string Id { get; init; }

    [Description("The caller's id.")]
    public string? EventId { get; init; }

    [Description("A standard name, or a custom one as it was sent.")]
    public required string Name { get; init; }

    public required string SentName { get; init; }

    [Description("conversion or engagement.")]
    public string? Category { get; init; }

    public required DateTime Time { get; init; }

    public required DateTime AcceptedAt { get; init; }

    public string? ActionSource { get; init; }

    public string? Url { get; init; }

    public string? Referrer { get; init; }

    public decimal? Value { get; init; }

    public string? Currency { get; init; }

    public string? OrderId { get; init; }

    public string? SearchString { get; init; }

    public string? ContentName { get; init; }

    public string? ContentCategory { get; init; }

    public string? ContentType { get; init; }

    public int? NumItems { get; init; }

    public IReadOnlyList<ItemBody>? Products { get; init; }

    [Description("By kind, such as email_sha256 or fbc.")]
    public required IReadOnlyDictionary<string, IdentifierBody> Identifiers { get; init; }

    [Description("The granted categories.")]
    public IReadOnlyList<string>? Consent { get; init; }

    [Description("Everything else that was sent.")]
    public JsonObject? Properties { get; init; }

    [Description("What was forgiven or left out.")]
    public IReadOnlyList<string>? Notes { get; init; }

    public required string Dialect { get; init; }
}

internal sealed record IdentifierBody
{
    public required string Value { get; init; }

    [Description("explicit: the request said it; visitor: the visitor's record filled the gap.")]
    [AllowedValues("explicit", "visitor")]
    public required string Origin { get; init; }
}
