using System.Text.Json.Nodes;
using Signalbox.Contract.Harness;

namespace Signalbox.Contract.Trace;

/// <summary>A backend's calls of the Signals API: good ones of every shape, repeated ones, and such as are refused.</summary>
internal sealed class SignalsCalls : IScriptedDialect
{
    private const string Path = "/api/v1/events";

    private readonly List<ScriptedCall> sent = [];
    private int orders;

    public ScriptedCall Next(Dice dice, TimeSpan at)
    {
        if (sent.Count > 0 && dice.OneIn(8)) return Again(dice, at);
        var e = Event(dice, at, dice.OneIn(4) ? "blog" : "shop");
        var (key, contentType) = ("capi_all", dice.Of("application/json", "application/json; charset=utf-8"));
        switch (dice.Below(40))
        {
            case 0: e.Remove(dice.Of("event_name", "event_type", "container_id", "payload")); break;
            case 1: e["container_id"] = dice.Of("nowhere", "theirs"); break;
            case 2: key = dice.Of("capi_nobody", "capi_theirs", "capi_purchases"); break;
            case 3: contentType = "text/plain"; break;
            case 4: e["payload"] = dice.Of("[]", "text"); break;
        }
        var body = e.ToJsonString();
        if (dice.OneIn(60)) body = body[..^dice.Below(body.Length)];
        var call = new ScriptedCall(at, "signals", Path, [new("X-API-Key", key), new("Content-Type", contentType)], "192.0.2.1", body);
        sent.Add(call);
        return call;
    }

    /// <summary>A request that was sent before, as it was or with another value: by its event id it is the same.</summary>
    private ScriptedCall Again(Dice dice, TimeSpan at)
    {
        var call = dice.Of(sent.ToArray()) with { At = at };
        return dice.OneIn(3) ? call with { Body = call.Body.Replace("\"currency\"", "\"coupon\"", StringComparison.Ordinal) } : call;
    }

    private JsonObject Event(Dice dice, TimeSpan at, string container)
    {
        var person = dice.Of(Person.All.ToArray());
        var name = dice.Of("Purchase", "purchase", "Add To Cart", "lead", "page_view", "ViewContent", "Demo Booked", "Größe gewählt");
        var e = new JsonObject
        {
            ["event_name"] = name,
            ["event_type"] = dice.Of("conversion", "conversion", "engagement"),
            ["container_id"] = container,
            ["payload"] = Payload(dice),
        };
        if (!dice.OneIn(5)) e["event_id"] = dice.OneIn(10) ? dice.Below(100) : $"order-{++orders}";
        if (!dice.OneIn(4)) e["user_data"] = UserData(dice, person);
        var happened = VirtualTime.Start + at - TimeSpan.FromSeconds(dice.Of(0, 0, 5, 3600, 7200, 8 * 86_400));
        if (dice.OneIn(2)) e["event_time"] = dice.OneIn(3) ? happened.ToUnixTimeSeconds() : happened.ToUnixTimeMilliseconds();
        if (dice.OneIn(2)) e["url"] = $"https://shop.example/thanks?order={orders}&{dice.Of("fbclid=IwAR0click", "gclid=EAIaIQclick", "email=jane@example.com")}";
        if (!dice.OneIn(3)) e["consent"] = JsonNode.Parse(dice.Of("""{"granted":["marketing","analytics"]}""", """{"granted":[]}""", """{"raw":"marketing, ads"}"""));
        if (dice.OneIn(5)) e["metadata"] = new JsonObject { ["plan"] = "gold", ["seats"] = dice.Below(9), ["tags"] = new JsonArray("a", "b") };
        if (dice.OneIn(6)) e["campaign"] = $"spring-{dice.Below(5)}";
        if (dice.OneIn(6)) e["action_source"] = dice.Of("website", "phone_call", "physical_store");
        return e;
    }

    private static JsonObject Payload(Dice dice)
    {
        var payload = new JsonObject();
        if (!dice.OneIn(4))
        {
            payload["value"] = dice.Below(100_000) / 100m;
            payload["currency"] = dice.Of("USD", "eur", "JPY");
        }
        for (var item = dice.Below(4); item > 0; item--)
        {
            payload["items"] ??= new JsonArray();
            payload["items"]!.AsArray().Add((JsonNode)new JsonObject { ["id"] = $"sku-{dice.Below(50)}", ["quantity"] = 1 + dice.Below(3), ["price"] = dice.Below(9999) / 100m });
        }
        if (dice.OneIn(3)) payload["coupon_code"] = "SPRING";
        if (dice.OneIn(8)) payload["search_string"] = "rote Hüte";
        return payload;
    }

    private static JsonObject UserData(Dice dice, Person person)
    {
        var user = new JsonObject();
        if (dice.OneIn(2)) user["email"] = person.Email;
        if (dice.OneIn(3)) user["phone"] = person.Phone;
        if (dice.OneIn(3)) (user["first_name"], user["last_name"]) = (person.FirstName, person.LastName);
        if (!dice.OneIn(3)) user["visitor_id"] = dice.OneIn(12) ? "v/unknown visitor" : person.VisitorId;
        if (dice.OneIn(4)) user["fbp"] = $"fb.1.1790000000000.{dice.Below(1000)}";
        if (dice.OneIn(5)) user["client_ip_address"] = person.Address;
        if (dice.OneIn(5)) user["fbclid"] = $"IwAR0{dice.Below(5)}";
        return user;
    }
}
