using System.Net;
using System.Net.Sockets;

namespace Signalbox.Processes;

public static class Ports
{
    /// <summary>
    /// A port of this machine that nobody listens on just now, below those that systems give to callers: one who calls while nobody listens could
    /// otherwise be connected to himself.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }
}
