namespace Signalbox.Contract.Trace;

/// <summary>
/// The script that every engine plays: 300 requests over every dialect, made from one seed, so that it is the same wherever it is played. A dialect
/// that comes along is one more line here.
/// </summary>
public static class Script
{
    public const int Length = 300;

    private const int Seed = 20_261_001;

    // Each with its share of the calls.
    private static readonly (IScriptedDialect Dialect, int Share)[] Dialects = [(new SignalsCalls(), 7), (new CollectCalls(), 3)];

    /// <summary>What the script is played on; containers, keys and visitors of the calls are these.</summary>
    public const string Configuration =
        """
        {
          "workspaces": [
            {
              "id": "acme", "plan": "enterprise", "rateLimitPerMinute": 100000,
              "keys": [
                { "name": "all", "key": "capi_all" },
                { "name": "purchases", "key": "capi_purchases", "containers": ["shop"], "eventTypes": ["Purchase"] }
              ],
              "containers": [
                {
                  "id": "shop", "siteKey": "site_shop",
                  "destinations": [
                    { "id": "pixel", "platform": "meta", "settings": { "pixelId": "1234567890", "accessToken": "token" } },
                    { "id": "warehouse", "platform": "webhook", "consent": { "required": ["marketing"] },
                      "settings": { "url": "https://warehouse.example/hook", "secret": "whsec_c2lnbmFsYm94LnNhbmRib3guZGVtby5zZWNyZXQ=" } }
                  ]
                },
                {
                  "id": "blog", "siteKey": "site_blog",
                  "destinations": [
                    { "id": "archive", "platform": "webhook",
                      "settings": { "url": "https://archive.example/hook", "secret": "whsec_c2lnbmFsYm94LnNhbmRib3guZGVtby5zZWNyZXQ=" } }
                  ]
                }
              ]
            },
            { "id": "globex", "keys": [{ "name": "theirs", "key": "capi_theirs" }], "containers": [{ "id": "theirs" }] }
          ]
        }
        """;

    public static IReadOnlyList<ScriptedCall> Calls()
    {
        var dice = new Dice(Seed);
        var turns = Dialects.SelectMany(one => Enumerable.Repeat(one.Dialect, one.Share)).ToArray();
        var calls = new List<ScriptedCall>();
        var at = TimeSpan.Zero;
        while (calls.Count < Length)
        {
            at += Pause(dice);
            calls.Add(dice.Of(turns).Next(dice, at));
        }
        return calls;
    }

    /// <summary>Mostly a moment, now and then a minute, once in a while half an hour.</summary>
    private static TimeSpan Pause(Dice dice) => dice.Below(60) switch
    {
        0 => TimeSpan.FromMinutes(dice.Below(40)),
        < 4 => TimeSpan.FromSeconds(dice.Below(90)),
        _ => TimeSpan.FromMilliseconds(dice.Below(700)),
    };
}

/// <summary>One dialect's part of the script.</summary>
public interface IScriptedDialect
{
    ScriptedCall Next(Dice dice, TimeSpan at);
}

/// <summary>The script's chance, the same whenever the seed is.</summary>
public sealed class Dice(int seed)
{
    private readonly Random random = new(seed);

    public int Below(int end) => random.Next(end);

    public bool OneIn(int times) => random.Next(times) == 0;

    public T Of<T>(params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];
}
