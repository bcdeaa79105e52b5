using System.Text.Json.Nodes;

namespace Signalbox.Contract.Trace;

/// <summary>Browsers that tell what they know: new clicks, old cookies, several containers, and such as are refused.</summary>
internal sealed class CollectCalls : IScriptedDialect
{
    public ScriptedCall Next(Dice dice, TimeSpan at)
    {
        var person = dice.Of(Person.All.ToArray());
        var body = new JsonObject { ["site_key"] = dice.OneIn(5) ? "site_blog" : "site_shop", ["visitor_id"] = person.VisitorId };
        if (dice.OneIn(2)) body["fbp"] = $"fb.1.1790000000000.{person.VisitorId.Length}{dice.Below(3)}";
        if (dice.OneIn(3)) body[dice.Of("fbclid", "gclid", "gbraid", "wbraid", "ttclid")] = $"click-{dice.Below(6)}";
        if (dice.OneIn(2)) body["url"] = $"https://shop.example/hats?utm=1&{dice.Of("fbclid=IwAR0", "gclid=EAI", "ttclid=E_C_P_")}{dice.Below(5)}";
        if (dice.OneIn(4)) body["referrer"] = "https://search.example/?q=hats";
        switch (dice.Below(25))
        {
            case 0: body["site_key"] = "site_nobody"; break;
            case 1: body["visitor_id"] = "not a visitor id"; break;
            case 2: body.Remove(dice.Of("site_key", "visitor_id")); break;
        }
        return new ScriptedCall(
            at, "collect", "/collect", [new("Content-Type", "text/plain;charset=UTF-8"), new("User-Agent", person.UserAgent)], person.Address, body.ToJsonString());
    }
}
