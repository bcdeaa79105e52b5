using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Core.Workspaces;
using Signalbox.Platforms;

namespace Signalbox.Api.Settings;

/// <summary>Turns the configuration's JSON into a <see cref="Declaration"/>, and gathers every fault on the way.</summary>
internal sealed class DeclarationReader
{
    // The journal keeps eight days; a dedupe window cannot look further back.
    private const int MaxDedupeHours = 8 * 24;

    private const int MaxRateLimit = 100_000_000;

    private readonly PlatformRegistry platforms;
    private readonly UniqueNames unique = new();

    private DeclarationReader(PlatformRegistry platforms) => this.platforms = platforms;

    public static (Declaration? Declaration, IReadOnlyList<ConfigurationFault> Faults) Read(
        JsonElement json, IReadOnlyDictionary<string, string> environment, PlatformRegistry platforms, ConfigurationUse use)
    {
        var faults = new List<ConfigurationFault>();
        var variables = new EnvironmentVariables(environment);
        var declaration = new DeclarationReader(platforms).ReadRoot(new Section(json, [], variables, faults), use);
        faults.AddRange(variables.Untaken.Select(name => new ConfigurationFault(name, "no key of the configuration has this name")));
        return (faults.Count == 0 ? declaration : null, faults);
    }

    /// <summary>Reads what <see cref="Declaration.Resolved"/> was, perhaps of a program older or newer than this one.</summary>
    public static (IReadOnlyList<Workspace> Workspaces, IReadOnlyList<ConfigurationFault> Faults) ReadResolved(JsonElement json, PlatformRegistry platforms)
    {
        var faults = new List<ConfigurationFault>();
        var root = new Section(json, [], new EnvironmentVariables(null), faults);
        var workspaces = new DeclarationReader(platforms).Workspaces(root);
        root.Finish();
        return (workspaces, faults);
    }

    private Declaration ReadRoot(Section root, ConfigurationUse use)
    {
        root.Text("$schema");
        var (listen, data, adminKey, network) = (Listen(root), root.Text("data") ?? "./data", root.Text("adminKey"), Network(root.Child("network")));
        var database = root.Text("database");
        if (database is null && use != ConfigurationUse.Alone) root.Fault("database", "required in a cluster");
        var cluster = ClusterReader.Read(root, use);
        var otlpEndpoint = OtlpEndpoint(root.Child("telemetry"));
        IReadOnlyList<Workspace> workspaces = [];
        if (use == ConfigurationUse.Silo) root.Skip("workspaces");
        else workspaces = Workspaces(root);
        root.Finish();
        var resolved = new JsonObject { ["workspaces"] = root.Resolved["workspaces"]?.DeepClone() };
        return new Declaration(listen, data, database, adminKey is { Length: > 0 } ? adminKey : null, network, cluster, otlpEndpoint, workspaces, resolved);
    }

    private List<Workspace> Workspaces(Section root)
    {
        var workspaces = root.Sections("workspaces").Select(Workspace).ToList();
        if (workspaces.Count == 0) root.Fault("workspaces", "expected at least one");
        return workspaces;
    }

    private static string Listen(Section root)
    {
        const string byDefault = "http://127.0.0.1:8080";
        if (root.Text("listen") is not { } listen) return byDefault;
        if (Uri.TryCreate(listen, UriKind.Absolute, out var url) && url is { Scheme: "http", PathAndQuery: "/", UserInfo: "", Fragment: "" })
            return url.GetLeftPart(UriPartial.Authority);
        root.Fault("listen", $"expected http://address:port, such as {byDefault}; for HTTPS put a proxy in front");
        return byDefault;
    }

    private static NetworkRules Network(Section network)
    {
        var rules = new NetworkRules(network.Flag("allowPrivateDestinations", false), network.Flag("requireHttps", false));
        network.Finish();
        return rules;
    }

    private static Uri? OtlpEndpoint(Section telemetry)
    {
        var endpoint = Address(telemetry, "otlpEndpoint");
        telemetry.Finish();
        return endpoint;
    }

    private Workspace Workspace(Section section)
    {
        var id = Id(section, "workspace id");
        var plan = Enum.Parse<Plan>(section.Choice("plan", "free", "pro", "enterprise"), ignoreCase: true);
        var rateLimit = section.Whole("rateLimitPerMinute", 1, MaxRateLimit);
        if (rateLimit is null && plan == Plan.Enterprise) section.Fault("rateLimitPerMinute", "required with the plan enterprise");
        var containers = section.Sections("containers").Select(container => Container(container, id)).ToList();
        var workspace = new Workspace(
            id, plan, (int)(rateLimit ?? (plan == Plan.Free ? 100 : 1_000)),
            section.Choice("subscription", "none", "active", "trial"), section.Whole("monthlyConversions", 0, long.MaxValue),
            [.. section.Sections("keys").Select(key => Key(key, id, containers))],
            [.. section.Sections("customEvents").Select(custom => Custom(custom, id))],
            containers);
        section.Finish();
        return workspace;
    }

    private ApiKey Key(Section section, string workspace, List<Container> containersOfWorkspace)
    {
        var name = section.Required("name");
        if (!unique.Add($"key name in workspace {workspace}", name)) section.Fault("name", "another key of the workspace has this name");
        var (sha256, prefix) = Secret(section);
        var containers = section.Texts("containers");
        foreach (var (container, index) in (containers ?? []).Select((container, index) => (container, index)))
            MustExist($"containers[{index}]", container);
        var defaultContainer = section.Text("defaultContainer");
        if (defaultContainer is not null)
        {
            MustExist("defaultContainer", defaultContainer);
            if (containers?.Contains(defaultContainer) == false) section.Fault("defaultContainer", "expected one of the key's containers");
        }
        var scopes = Scopes(section);
        var eventTypes = section.Texts("eventTypes");
        if (eventTypes is { Count: 0 }) section.Fault("eventTypes", "expected at least one, or null for all");
        section.Finish();
        return new ApiKey(
            name, sha256, prefix, containers?.ToFrozenSet(), defaultContainer, scopes, eventTypes?.Select(EventNames.Fold).ToFrozenSet());

        void MustExist(string at, string container)
        {
            if (containersOfWorkspace.Exists(known => known.Id == container)) return;
            section.Fault(at, NearestName.Unknown("container", container, containersOfWorkspace.Select(known => known.Id)));
        }
    }

    private (byte[] Sha256, string Prefix) Secret(Section section)
    {
        const int shownLetters = 9;
        var (key, sha256) = (section.Text("key"), section.Text("keySha256"));
        if (key is null == sha256 is null)
        {
            section.Fault("key", "expected exactly one of key and keySha256");
            return ([.. new byte[SHA256.HashSizeInBytes]], "");
        }
        if (key is not null && (key.Length is 0 or > Dialects.KeySecret.MaxLength || key.AsSpan().ContainsAnyExceptInRange('!', '~')))
            section.Fault("key", $"expected 1 to {Dialects.KeySecret.MaxLength} printable ASCII characters without spaces");
        if (sha256 is not null && (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigit)))
        {
            section.Fault("keySha256", "expected 64 hex digits");
            sha256 = new string('0', 64);
        }
        var digest = sha256 is null ? SHA256.HashData(Encoding.UTF8.GetBytes(key!)) : Convert.FromHexString(sha256);
        // Who reads the resolved configuration has no need of the secret itself.
        if (section.Resolved.Remove("key")) section.Resolved["keySha256"] = Convert.ToHexStringLower(digest);
        var isPlaceholder = digest.All(value => value == 0);
        if (!isPlaceholder && !unique.Add("key", Convert.ToHexString(digest))) section.Fault(key is null ? "keySha256" : "key", "another key is the same");
        return (digest, key is null ? $"sha256:{sha256![..8]}" : key[..Math.Min(shownLetters, key.Length / 2)]);
    }

    private static FrozenSet<string> Scopes(Section section)
    {
        string[] known = [ApiKey.IngestScope, ApiKey.AdminScope, ApiKey.BrowserScope];
        var scopes = section.Texts("scopes") ?? [ApiKey.IngestScope];
        for (var index = 0; index < scopes.Count; index++)
        {
            if (!known.Contains(scopes[index])) section.Fault($"scopes[{index}]", NearestName.Unknown("scope", scopes[index], known));
        }
        return scopes.ToFrozenSet();
    }

    private CustomEvent Custom(Section section, string workspace)
    {
        var key = section.Required("key");
        if (key.Length > 0 && !unique.Add($"custom event in workspace {workspace}", EventNames.Fold(key))) section.Fault("key", "another custom event is the same");
        var custom = new CustomEvent(key, section.Flag("billable", false));
        section.Finish();
        return custom;
    }

    private Container Container(Section section, string workspace)
    {
        var id = Id(section, "container id");
        var siteKey = section.Text("siteKey") is { Length: > 0 } text ? text : null;
        if (siteKey is not null && (siteKey.Length > 128 || siteKey.AsSpan().ContainsAnyExceptInRange('!', '~')))
            section.Fault("siteKey", "expected at most 128 printable ASCII characters without spaces");
        if (siteKey is not null && !unique.Add("site key", siteKey)) section.Fault("siteKey", "another container has this site key");
        var domains = section.Texts("domains") ?? [];
        for (var index = 0; index < domains.Count; index++)
        {
            if (Uri.CheckHostName(domains[index]) == UriHostNameType.Unknown) section.Fault($"domains[{index}]", "expected a host name such as shop.example");
        }
        var window = TimeSpan.FromHours(section.Whole("dedupeWindowHours", 1, MaxDedupeHours) ?? 48);
        var idsHere = new UniqueNames();
        var destinations = section.Sections("destinations").Select(destination => Destination(destination, idsHere)).OfType<Destination>().ToList();
        section.Finish();
        return new Container(id, 0, [], workspace, siteKey, domains, window, destinations);
    }

    private Destination? Destination(Section section, UniqueNames idsHere)
    {
        var id = section.Required("id");
        CheckId(section, id, idsHere, "destination of the container");
        var name = section.Required("platform");
        var endpoint = Address(section, "endpoint");
        var enabled = section.Flag("enabled", true);
        var settings = section.Open("settings");
        var consent = section.Child("consent");
        var required = consent.Texts("required") ?? [];
        consent.Finish();
        var limits = section.Child("limits");

        if (platforms.Find(name) is not { } platform)
        {
            if (name.Length > 0) section.Fault("platform", NearestName.Unknown("platform", name, platforms.Names));
            section.Finish();
            return null;
        }
        var read = platform.ReadSettings(settings, endpoint, (path, problem) => section.Fault(path.Length == 0 ? "settings" : $"settings.{path}", problem));
        var chosen = Limits(limits, platform.Rules);
        section.Finish();
        return read is null ? null : new Destination(id, 0, platform, read, Fingerprint(name, endpoint, settings), enabled, required, chosen);
    }

    private static Uri? Address(Section section, string key)
    {
        if (section.Text(key) is not { Length: > 0 } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" }) return url;
        section.Fault(key, "expected an http or https address without query");
        return null;
    }

    private static Limits Limits(Section section, PlatformRules rules)
    {
        var limits = new Limits(
            section.Positive("eventsPerSecond", 1_000_000) ?? rules.Defaults.EventsPerSecond,
            (int)(section.Whole("batchSize", 1, rules.MaxBatchSize) ?? rules.Defaults.BatchSize),
            TimeSpan.FromMilliseconds(section.Whole("maxDelayMs", 0, 60_000) ?? (long)rules.Defaults.MaxDelay.TotalMilliseconds),
            (int)(section.Whole("parallelCalls", 1, 64) ?? rules.Defaults.ParallelCalls));
        section.Finish();
        return limits;
    }

    /// <summary>Changes with anything that could make refused credentials good.</summary>
    private static string Fingerprint(string platform, Uri? endpoint, JsonElement settings) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{platform}\n{endpoint}\n{settings.GetRawText()}")))[..32];

    private string Id(Section section, string kind)
    {
        var id = section.Required("id");
        CheckId(section, id, unique, kind);
        return id;
    }

    private static void CheckId(Section section, string id, UniqueNames among, string kind)
    {
        if (id.Length == 0) return;
        if (id.Length > 64 || !id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
            section.Fault("id", "expected at most 64 letters, digits, dashes, underscores and dots");
        else if (!among.Add(kind, id)) section.Fault("id", $"another {kind} is the same");
    }

    /// <summary>Names that may stand only once, by what they name.</summary>
    private sealed class UniqueNames
    {
        private readonly HashSet<(string Kind, string Name)> names = [];

        public bool Add(string kind, string name) => name.Length == 0 || names.Add((kind, name));
    }
}
