using Signalbox.Sandbox.Rules;

namespace Signalbox.Sandbox.Meta;

/// <summary>
/// What the Meta emulator insists on. Sources: Meta's pages "Server event parameters", "Customer information parameters",
/// "Using the API" and "Best practices"; its SDKs' enumerations. Where the real platform only warns, the rule does not refuse.
/// </summary>
internal static class MetaRules
{
    public const int MostEvents = 1000;

    public static readonly Rule ApiVersion = Refusing("api_version", "the path's version is vN.N");
    public static readonly Rule PixelId = Refusing("pixel_id", "a pixel id is digits");
    public static readonly Rule Token = Refusing("token", "a known, unexpired access token: error 190");
    public static readonly Rule Permission = Refusing("permission", "the token may write to the pixel: error 200, or 100/33 where no token may");
    public static readonly Rule BatchNotEmpty = Refusing("batch_not_empty", "data holds an event");
    public static readonly Rule BatchSize = Refusing("batch_size", "data holds at most 1000 events");
    public static readonly Rule EventName = Refusing("event_name", "event_name is a non-empty string");
    public static readonly Rule EventTime = Refusing("event_time", "event_time is whole unix seconds");
    public static readonly Rule EventTooOld = Refusing("event_time_too_old", "event_time is at most 7 days old, 62 for physical_store: error 100/2804003");
    public static readonly Rule EventInFuture = Refusing("event_time_in_future", "event_time is at most one minute ahead");
    public static readonly Rule ActionSource = Refusing("action_source", "action_source is one of Meta's nine values");
    public static readonly Rule ClientUserAgent = Refusing("client_user_agent", "website events carry user_data.client_user_agent (documented; Graph has been seen to accept without)");
    public static readonly Rule EventSourceUrl = Refusing("event_source_url", "website events carry event_source_url");
    public static readonly Rule UserData = Refusing("user_data", "user_data holds at least one identifier: error 100/2804050");
    public static readonly Rule UserDataTooBroad = Refusing("user_data_too_broad", "identifiers are not only ct, country, st, zp, ge, client_user_agent; db, client_user_agent; fn, ge; or ln, ge: error 100/2804050");
    public static readonly Rule HashShape = Refusing("hash_shape", "a hash is 64 lower-case hex digits, with or without the SDK's appendix");
    public static readonly Rule UnhashedPersonalData = Refusing("unhashed_personal_data", "em, ph, fn, ln, ge, db, ct, st, zp, country are never sent in the clear");
    public static readonly Rule PurchaseValue = Refusing("purchase_value", "Purchase has a numeric custom_data.value: error 100/2804009");
    public static readonly Rule PurchaseCurrency = Refusing("purchase_currency", "Purchase has a three-letter custom_data.currency, in any case");
    public static readonly Rule ExtInfo = Refusing("extinfo", "app_data.extinfo has 16 positions and starts with a2 or i2");
    public static readonly Rule FbcShape = Noting("fbc_shape", "fbc is fb.<index>.<ms>.<click id>");
    public static readonly Rule FbpShape = Noting("fbp_shape", "fbp is fb.<index>.<ms>.<number>");
    public static readonly Rule ClientIpAddress = Noting("client_ip_address", "client_ip_address is an address in the clear");
    public static readonly Rule UnknownUserData = Noting("unknown_user_data", "user_data holds only keys Meta knows");
    public static readonly Rule PersonalDataElsewhere = Noting("personal_data_elsewhere", "no email address outside user_data");

    public static readonly Rule[] All =
    [
        ApiVersion, PixelId, Token, Permission, BatchNotEmpty, BatchSize, EventName, EventTime, EventTooOld, EventInFuture, ActionSource,
        ClientUserAgent, EventSourceUrl, UserData, UserDataTooBroad, HashShape, UnhashedPersonalData, PurchaseValue, PurchaseCurrency,
        ExtInfo, FbcShape, FbpShape, ClientIpAddress, UnknownUserData, PersonalDataElsewhere,
    ];

    private static Rule Refusing(string name, string about) => new($"meta.{name}", true, about);

    private static Rule Noting(string name, string about) => new($"meta.{name}", false, about);
}
