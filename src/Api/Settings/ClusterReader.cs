using System.Net;

namespace Signalbox.Api.Settings;

/// <summary>Reads the key <c>cluster</c>.</summary>
internal static class ClusterReader
{
    private const int MaxPort = 65535;

    public static ClusterSettings? Read(Section root, ConfigurationUse use)
    {
        var section = root.Child("cluster");
        if (use == ConfigurationUse.Alone)
        {
            if (section.IsThere) root.Fault("cluster", "this process runs alone; src/Silo is what runs in a cluster");
            return null;
        }
        if (use == ConfigurationUse.Apply && !section.IsThere) return null;
        var settings = new ClusterSettings(
            Redis(section), ClusterId(section), Port(section, "siloPort", 11111), Port(section, "gatewayPort", 30000), AdvertisedIp(section));
        if (settings.SiloPort == settings.GatewayPort) section.Fault("gatewayPort", "expected another port than siloPort");
        section.Finish();
        return settings;
    }

    private static string Redis(Section section)
    {
        var redis = section.Required("redis");
        if (redis.Length > 0 && !IsHostAndPort(redis)) section.Fault("redis", "expected host:port, such as redis:6379");
        return redis;
    }

    private static bool IsHostAndPort(string redis)
    {
        var first = redis.Split(',')[0];
        var colon = first.LastIndexOf(':');
        return colon > 0 && Uri.CheckHostName(first[..colon]) != UriHostNameType.Unknown && int.TryParse(first[(colon + 1)..], out var port) && port is > 0 and <= MaxPort;
    }

    private static string ClusterId(Section section)
    {
        var id = section.Text("clusterId") ?? "signalbox";
        if (id.Length is 0 or > 64 || !id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
            section.Fault("clusterId", "expected at most 64 letters, digits, dashes, underscores and dots");
        return id;
    }

    private static int Port(Section section, string key, int byDefault) => (int)(section.Whole(key, 1, MaxPort) ?? byDefault);

    private static IPAddress? AdvertisedIp(Section section)
    {
        if (section.Text("advertisedIp") is not { } text) return null;
        if (IPAddress.TryParse(text, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)) return address;
        section.Fault("advertisedIp", "expected an IP address that the other processes can reach");
        return null;
    }
}
