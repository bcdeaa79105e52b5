using System.Net;
using System.Text.Json.Nodes;

namespace Signalbox.Sandbox.Tests;

public class MetaRulesTests
{
    private const string Address = "jane@shop.example";

    /// <summary>By rule: what breaks it, and the code it is refused with. A null code is a rule that only notes.</summary>
    private static readonly Dictionary<string, (Action<JsonObject> Break, string Field, int? Subcode, bool Refuses)> Breaches = new()
    {
        ["event_name"] = (e => e.Remove("event_name"), "event_name", null, true),
        ["event_time"] = (e => e["event_time"] = e["event_time"]!.ToString(), "event_time", null, true),
        ["event_time_too_old"] = (e => Shift(e, TimeSpan.FromDays(-7) - TimeSpan.FromSeconds(1)), "event_time", 2804003, true),
        ["event_time_in_future"] = (e => Shift(e, TimeSpan.FromSeconds(61)), "event_time", null, true),
        ["action_source"] = (e => e["action_source"] = "shop", "action_source", null, true),
        ["client_user_agent"] = (e => User(e).Remove("client_user_agent"), "user_data.client_user_agent", null, true),
        ["event_source_url"] = (e => e["event_source_url"] = "", "event_source_url", null, true),
        ["user_data"] = (e => (e["action_source"], e["user_data"]) = ("email", new JsonObject { ["em"] = null, ["partner_name"] = "p" }), "user_data", 2804050, true),
        ["user_data_too_broad"] = (e => e["user_data"] = new JsonObject { ["client_user_agent"] = "Browser/1" }, "user_data", 2804050, true),
        ["hash_shape"] = (e => User(e)["em"] = "62A14E44F765419D10FEA99367361A727C12365E2520F32218D505ED9AA0F62F", "user_data.em", null, true),
        ["unhashed_personal_data"] = (e => User(e)["em"] = new JsonArray(Address), "user_data.em", null, true),
        ["purchase_value"] = (e => Custom(e)["value"] = "42.5", "custom_data.value", 2804009, true),
        ["purchase_currency"] = (e => Custom(e).Remove("currency"), "custom_data.currency", null, true),
        ["extinfo"] = (e => e["app_data"] = new JsonObject { ["extinfo"] = new JsonArray("a2") }, "app_data.extinfo", null, true),
        ["fbc_shape"] = (e => User(e)["fbc"] = "IwAR0abc", "user_data.fbc", null, false),
        ["fbp_shape"] = (e => User(e)["fbp"] = "fb.1.1098115397", "user_data.fbp", null, false),
        ["client_ip_address"] = (e => User(e)["client_ip_address"] = new string('a', 64), "user_data.client_ip_address", null, false),
        ["unknown_user_data"] = (e => User(e)["email"] = "x", "user_data.email", null, false),
        ["personal_data_elsewhere"] = (e => Custom(e)["note"] = $"for {Address}", "custom_data.note", null, false),
    };

    public static TheoryData<string> EventRules => [.. Breaches.Keys];

    [Theory]
    [MemberData(nameof(EventRules))]
    public async Task A_breach_is_recorded_with_its_field_and_refused_where_the_platform_refuses(string rule)
    {
        await using var host = new SandboxHost();
        var (breach, field, subcode, refuses) = Breaches[rule];
        var broken = host.Event("broken");
        breach(broken);

        var reply = await host.Meta(host.Event("sound"), broken);

        Assert.Equal(refuses ? HttpStatusCode.BadRequest : HttpStatusCode.OK, reply.Status);
        if (refuses)
        {
            Assert.Equal((100, subcode), reply.Code);
            Assert.Contains($"data[1].{field}:", reply.Error.GetProperty("error_user_msg").GetString());
        }
        var violation = Assert.Single((await host.Requests())[0]!["violations"]!.AsArray())!;
        Assert.Equal($"meta.{rule}", violation["rule"]!.ToString());
        Assert.Equal($"data[1].{field}", violation["field"]!.ToString());
        Assert.Equal(1, (await host.Stats())["violations"]![$"meta.{rule}"]!.GetValue<int>());
        Assert.Equal(refuses ? 0 : 2, (await host.Events()).Length);
    }

    [Theory]
    [MemberData(nameof(EventRules))]
    public async Task A_rule_switched_off_is_silent(string rule)
    {
        await using var host = new SandboxHost();
        await host.Put("/sandbox/rules", $$"""{"meta.{{rule}}": false}""");
        var broken = host.Event();
        Breaches[rule].Break(broken);

        var reply = await host.Meta(broken);

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Empty((await host.Requests())[0]!["violations"]!.AsArray());
    }

    [Theory]
    [InlineData("meta.batch_not_empty", 0)]
    [InlineData("meta.batch_size", 1001)]
    public async Task The_number_of_events_is_limited_until_the_rule_is_off(string rule, int events)
    {
        await using var host = new SandboxHost();
        var batch = () => host.Meta([.. Enumerable.Range(0, events).Select(i => host.Event($"e{i}"))]);

        Assert.Equal((100, null), (await batch()).Code);
        await host.Put("/sandbox/rules", $$"""{"{{rule}}": false}""");
        Assert.Equal(HttpStatusCode.OK, (await batch()).Status);
    }

    [Fact]
    public async Task A_thousand_events_pass() // Meta's own limit, exactly.
    {
        await using var host = new SandboxHost();
        var reply = await host.Meta([.. Enumerable.Range(0, 1000).Select(i => host.Event($"e{i}"))]);

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(1000, JsonNode.Parse(reply.Body)!["events_received"]!.GetValue<int>());
        Assert.Equal(1000, (await host.Events()).Length);
    }

    [Fact]
    public async Task Of_many_breaches_the_first_is_told_and_fifty_are_listed()
    {
        await using var host = new SandboxHost();
        var sound = host.Event();
        var nameless = host.Event();
        nameless.Remove("event_name");
        var old = Enumerable.Range(0, 60).Select(_ => host.Event()).ToArray();
        foreach (var sent in old) Shift(sent, TimeSpan.FromDays(-8));

        var reply = await host.Meta([sound, nameless, .. old]);

        Assert.Equal((100, null), reply.Code);
        Assert.Contains("data[1].event_name", reply.Body);
        Assert.Equal(50, (await host.Requests())[0]!["violations"]!.AsArray().Count);
    }

    [Fact]
    public async Task Personal_data_never_appears_in_an_answer_or_a_violation()
    {
        await using var host = new SandboxHost();
        var sent = host.Event();
        (User(sent)["em"], User(sent)["fn"], User(sent)["ph"]) = (Address, "Jane", "+16505551212");

        var reply = await host.Meta(sent);
        var told = reply.Body + (await host.Requests())[0]!["violations"]!.ToJsonString();

        Assert.Equal(3, (await host.Requests())[0]!["violations"]!.AsArray().Count);
        Assert.DoesNotContain("Jane", told, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("6505551212", told);
    }

    [Theory]
    [InlineData(-7 * 86400, "website")]
    [InlineData(-62 * 86400, "physical_store")]
    [InlineData(60, "website")]
    public async Task An_event_just_within_the_age_limits_passes(int seconds, string source)
    {
        await using var host = new SandboxHost();
        var sent = host.Event();
        sent["action_source"] = source;
        Shift(sent, TimeSpan.FromSeconds(seconds));

        Assert.Equal(HttpStatusCode.OK, (await host.Meta(sent)).Status);
    }

    [Fact]
    public async Task A_store_event_older_than_62_days_is_refused()
    {
        await using var host = new SandboxHost();
        var sent = host.Event();
        sent["action_source"] = "physical_store";
        Shift(sent, TimeSpan.FromSeconds(-62 * 86400 - 1));

        Assert.Equal((100, 2804003), (await host.Meta(sent)).Code);
    }

    [Theory]
    [InlineData(".AQ")]
    [InlineData(".AbC_d-12")]
    public async Task Hashes_addresses_and_fbp_with_the_appendix_of_the_vendors_own_sdk_pass(string appendix)
    {
        await using var host = new SandboxHost();
        var sent = host.Event();
        foreach (var key in new[] { "ph", "client_ip_address", "fbc", "fbp" }) User(sent)[key] = User(sent)[key] + appendix;

        Assert.Equal(HttpStatusCode.OK, (await host.Meta(sent)).Status);
        Assert.Empty((await host.Requests())[0]!["violations"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"ge":"hash","ct":"hash"}""", false)]
    [InlineData("""{"db":"hash","client_user_agent":"b"}""", false)]
    [InlineData("""{"fn":"hash","ge":"hash"}""", false)]
    [InlineData("""{"fn":"hash","ln":"hash"}""", true)]
    [InlineData("""{"client_user_agent":"b","client_ip_address":"203.0.113.9"}""", true)]
    [InlineData("""{"external_id":"customer-1"}""", true)]
    public async Task Identifiers_that_fit_a_whole_town_are_refused(string userData, bool passes)
    {
        await using var host = new SandboxHost();
        var sent = host.Event();
        sent["action_source"] = "email";
        sent["user_data"] = JsonNode.Parse(userData.Replace("hash", new string('a', 64)));

        var reply = await host.Meta(sent);

        Assert.Equal(passes, reply.Status == HttpStatusCode.OK);
        if (!passes) Assert.Equal((100, 2804050), reply.Code);
    }

    [Theory]
    [InlineData("62a14e44f765419d10fea99367361a72")] // MD5
    [InlineData("")]
    public async Task A_hash_of_another_kind_is_told_apart_from_personal_data(string value)
    {
        await using var host = new SandboxHost();
        var sent = host.Event();
        User(sent)["zp"] = value;

        await host.Meta(sent);

        Assert.Equal("meta.hash_shape", (await host.Requests())[0]!["violations"]![0]!["rule"]!.ToString());
    }

    [Fact]
    public async Task All_rules_are_listed_and_on()
    {
        await using var host = new SandboxHost(new() { DisabledRules = ["meta.extinfo"] });
        var rules = (await host.Get("/sandbox/rules")).AsObject();

        Assert.Equal(29, rules.Count);
        Assert.All(rules, r => Assert.Equal(r.Key != "meta.extinfo", r.Value!["on"]!.GetValue<bool>()));
        Assert.Superset(Breaches.Keys.Select(r => $"meta.{r}").ToHashSet(), rules.Select(r => r.Key).ToHashSet());
    }

    [Theory]
    [InlineData("{", "body")]
    [InlineData("[]", "body")]
    [InlineData("""{"meta.nonsense":false}""", "meta.nonsense")]
    [InlineData("""{"meta.token":"off"}""", "meta.token")]
    public async Task A_wrong_switch_is_refused_and_changes_nothing(string json, string field)
    {
        await using var host = new SandboxHost();
        var reply = await host.Put("/sandbox/rules", json);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.StartsWith(field, reply.Error.GetString());
        Assert.All((await host.Get("/sandbox/rules")).AsObject(), r => Assert.True(r.Value!["on"]!.GetValue<bool>()));
    }

    [Fact]
    public void An_unknown_rule_in_the_options_is_a_clear_error()
    {
        var error = Assert.Throws<ArgumentException>(() => new SandboxState(TimeProvider.System, new() { DisabledRules = ["meta.nonsense"] }));
        Assert.Contains("meta.nonsense", error.Message);
    }

    private static JsonObject User(JsonObject sent) => sent["user_data"]!.AsObject();

    private static JsonObject Custom(JsonObject sent) => sent["custom_data"]!.AsObject();

    private static void Shift(JsonObject sent, TimeSpan by) => sent["event_time"] = sent["event_time"]!.GetValue<long>() + (long)by.TotalSeconds;
}
