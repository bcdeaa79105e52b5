using System.Net;
using System.Net.Sockets;

namespace Signalbox.Platforms.Http;

/// <summary>
/// Keeps requests out of private networks: whoever may configure a webhook must not reach what only this machine can. The address is
/// judged after it was resolved, and that very address is connected to, so neither an odd spelling nor a DNS server that changes its mind
/// leads around it.
/// </summary>
public static class AddressGuard
{
    /// <summary>Special-purpose blocks of IANA's IPv4 registry.</summary>
    private static readonly IPNetwork[] RefusedIPv4 =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.88.99.0/24"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/4"),
        IPNetwork.Parse("240.0.0.0/4"),
    ];

    /// <summary>All other IPv6 blocks are loopback, unspecified, link-local, unique-local, multicast or not assigned.</summary>
    private static readonly IPNetwork PublicIPv6 = IPNetwork.Parse("2000::/3");

    /// <summary>Within the public block: special purposes with Teredo, documentation, and 6to4, which hides an IPv4 address.</summary>
    private static readonly IPNetwork[] RefusedIPv6 =
    [
        IPNetwork.Parse("2001::/23"),
        IPNetwork.Parse("2001:db8::/32"),
        IPNetwork.Parse("2002::/16"),
        IPNetwork.Parse("3fff::/20"),
    ];

    /// <summary>NAT64 (RFC 6052): the last four bytes are the IPv4 address that is reached.</summary>
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether the address is one of the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return IsPublic(address.MapToIPv4());
        if (address.AddressFamily == AddressFamily.InterNetwork) return !Contains(RefusedIPv4, address);
        if (Nat64.Contains(address)) return IsPublic(new IPAddress(address.GetAddressBytes()[12..]));
        return PublicIPv6.Contains(address) && !Contains(RefusedIPv6, address);
    }

    /// <summary>Connects to the host's public addresses only.</summary>
    /// <exception cref="ForbiddenAddressException">It has none.</exception>
    /// <exception cref="SocketException">It has no address at all, or none of them took the connection.</exception>
    internal static async ValueTask<Stream> ConnectToPublic(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var host = context.DnsEndPoint.Host;
        // The resolver takes exception to 0.0.0.0.
        IPAddress[] all = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancel).ConfigureAwait(false);
        var allowed = Array.FindAll(all, IsPublic);
        if (allowed.Length == 0) throw new ForbiddenAddressException();

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool Contains(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address)) return true;
        }
        return false;
    }
}

/// <summary>A host has no address that may be connected to.</summary>
internal sealed class ForbiddenAddressException()
    : Exception("the address is private, loopback or link-local; network.allowPrivateDestinations would allow it");
