using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Signalbox.Bench.Ingest;

/// <summary>One keep-alive connection that sends prepared requests and reads of the answers only what it has to: the status and where they end.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] answer = new byte[8192];
    private readonly (byte[] Bytes, int[] Places)[] requests;
    private int turn;

    public Connection(int person)
    {
        requests = [.. Enumerable.Range(0, Purchases.Variants).Select(variant => Purchases.Request(person, variant)).Select(bytes => (bytes, Purchases.NumberPlaces(bytes)))];
        turn = person;
    }

    public void Open(int port) => socket.Connect(IPAddress.Loopback, port);

    /// <summary>Sends a purchase of this number.</summary>
    /// <returns>The answer's status.</returns>
    public async ValueTask<int> Send(long number)
    {
        var (bytes, places) = requests[turn++ % requests.Length];
        foreach (var place in places) Purchases.WriteNumber(bytes.AsSpan(place), number);
        for (var sent = 0; sent < bytes.Length;) sent += await socket.SendAsync(bytes.AsMemory(sent));

        var filled = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(answer.AsMemory(filled));
            if (read == 0) throw new IOException("the server closed the connection");
            filled += read;
            if (IsComplete(answer.AsSpan(0, filled))) return StatusOf(answer);
        }
    }

    public void Dispose() => socket.Dispose();

    private static bool IsComplete(ReadOnlySpan<byte> received)
    {
        var head = received.IndexOf("\r\n\r\n"u8);
        if (head < 0) return false;
        var length = received.IndexOf("Content-Length: "u8);
        if (length < 0 || !Utf8Parser.TryParse(received[(length + 16)..], out int bodyLength, out _)) throw new IOException("an answer without its length");
        return received.Length >= head + 4 + bodyLength;
    }

    private static int StatusOf(ReadOnlySpan<byte> received) => Utf8Parser.TryParse(received["HTTP/1.1 ".Length..], out int status, out _) ? status : 0;
}
