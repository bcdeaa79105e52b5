using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Signalbox.Sandbox.Rules;

namespace Signalbox.Sandbox.Meta;

/// <summary>Holds one event against <see cref="MetaRules"/>, its user data apart (<see cref="MetaUserDataCheck"/>).</summary>
internal readonly partial struct MetaEventCheck(string path, JsonElement sent, DateTimeOffset now, Findings findings)
{
    private static readonly TimeSpan MostAge = TimeSpan.FromDays(7);
    private static readonly TimeSpan MostAgeInStore = TimeSpan.FromDays(62);
    private static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(1);

    private static readonly string[] ActionSources =
        ["email", "website", "app", "phone_call", "chat", "physical_store", "system_generated", "business_messaging", "other"];

    public void Run()
    {
        var name = sent.Text("event_name");
        var source = sent.Text("action_source");
        if (name is null) Add(MetaRules.EventName, "event_name", "required: a non-empty string");
        if (!ActionSources.Contains(source)) Add(MetaRules.ActionSource, "action_source", $"required: one of {string.Join(", ", ActionSources)}");
        CheckTime(source == "physical_store" ? MostAgeInStore : MostAge);
        new MetaUserDataCheck($"{path}.user_data", Object("user_data"), findings).Run();
        if (source == "website") CheckWebsite();
        if (name == "Purchase") CheckPurchase();
        CheckExtInfo();
        CheckForPersonalData(sent, path);
        if (Object("custom_data") is { } custom) CheckForPersonalData(custom, $"{path}.custom_data");
    }

    private void CheckTime(TimeSpan mostAge)
    {
        sent.TryGetProperty("event_time", out var time);
        if (time.ValueKind != JsonValueKind.Number || !time.TryGetInt64(out var seconds))
        {
            Add(MetaRules.EventTime, "event_time", "required: unix time in whole seconds");
            // With the rule off, a number in a string is still held against the clock.
            if (!long.TryParse(sent.Text("event_time"), NumberStyles.None, CultureInfo.InvariantCulture, out seconds)) return;
        }
        var current = now.ToUnixTimeSeconds();
        if (seconds < current - mostAge.TotalSeconds)
        {
            Add(MetaRules.EventTooOld, "event_time", $"more than {mostAge.TotalDays:0} days in the past", 2804003, "Event Timestamp Too Old");
        }
        if (seconds > current + MostAhead.TotalSeconds)
            Add(MetaRules.EventInFuture, "event_time", "more than one minute in the future; seconds are expected, not milliseconds");
    }

    private void CheckWebsite()
    {
        if (sent.Text("event_source_url") is null) Add(MetaRules.EventSourceUrl, "event_source_url", "required for website events");
        if (Object("user_data")?.Text("client_user_agent") is null)
            Add(MetaRules.ClientUserAgent, "user_data.client_user_agent", "required for website events");
    }

    private void CheckPurchase()
    {
        var custom = Object("custom_data");
        if (custom is not { } data || !data.TryGetProperty("value", out var value) || value.ValueKind != JsonValueKind.Number)
            Add(MetaRules.PurchaseValue, "custom_data.value", "required for Purchase: a number", 2804009, "Missing Value for Purchase Event");
        if (custom?.Text("currency") is not { Length: 3 } currency || !currency.All(char.IsAsciiLetter))
            Add(MetaRules.PurchaseCurrency, "custom_data.currency", "required for Purchase: a three-letter ISO 4217 code");
    }

    private void CheckExtInfo()
    {
        if (Object("app_data") is not { } app || !app.TryGetProperty("extinfo", out var info)) return;
        if (info.ValueKind != JsonValueKind.Array || info.GetArrayLength() != 16 || info[0].ValueKind != JsonValueKind.String || info[0].GetString() is not ("a2" or "i2"))
            Add(MetaRules.ExtInfo, "app_data.extinfo", "expected 16 positions, the first a2 or i2");
    }

    private void CheckForPersonalData(JsonElement holder, string where)
    {
        foreach (var property in holder.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.String && LooksLikeEmail(property.Value.GetString()!))
                findings.Add(new(MetaRules.PersonalDataElsewhere, $"{where}.{property.Name}", "looks like an email address"));
        }
    }

    private static bool LooksLikeEmail(string text) =>
        (text.Contains('@') || text.Contains("%40", StringComparison.Ordinal)) && Email().IsMatch(text);

    private JsonElement? Object(string name) =>
        sent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private void Add(Rule rule, string field, string message, int? subcode = null, string? title = null) =>
        findings.Add(new(rule, $"{path}.{field}", message, subcode, title));

    // Bounded, so that a huge string cannot make it quadratic.
    [GeneratedRegex(@"[^\s@/?&=:]{1,64}(@|%40)[^\s@/?&=]{1,255}\.[a-z]{2}", RegexOptions.IgnoreCase)]
    private static partial Regex Email();
}
