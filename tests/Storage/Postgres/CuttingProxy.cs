using System.Net;
using System.Net.Sockets;

namespace Signalbox.Storage.Tests.Postgres;

/// <summary>Stands between a store and its server, and cuts the connection that speaks next.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly string host;
    private readonly int port;
    private readonly CancellationTokenSource closing = new();
    private Cut next;

    public CuttingProxy(string host, int port)
    {
        (this.host, this.port) = (host, port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = Accept();
    }

    private enum Cut
    {
        None,
        Question,
        Answer,
    }

    public int Port { get; }

    /// <summary>What the store sends next does not arrive.</summary>
    public void CutNextQuestion() => next = Cut.Question;

    /// <summary>What the store sends next arrives, and the server's answer does not.</summary>
    public void CutNextAnswer() => next = Cut.Answer;

    public void Dispose()
    {
        closing.Cancel();
        listener.Dispose();
        closing.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true) _ = Serve(await listener.AcceptSocketAsync(closing.Token));
        }
        catch (Exception closed) when (closed is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task Serve(Socket client)
    {
        using var upstream = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            try
            {
                await upstream.ConnectAsync(host, port);
                await Task.WhenAny(Pass(client, upstream, Cut.Question), Pass(upstream, client, Cut.Answer));
            }
            catch (Exception lost) when (lost is SocketException or OperationCanceledException)
            {
            }
        }
    }

    /// <summary>Ends, and with it both ways, at the end of what is sent or where it is to be cut.</summary>
    private async Task Pass(Socket from, Socket to, Cut here)
    {
        var buffer = new byte[64 << 10];
        while (await from.ReceiveAsync(buffer, closing.Token) is var count and > 0)
        {
            if (next == here)
            {
                next = Cut.None;
                return;
            }
            await to.SendAsync(buffer.AsMemory(0, count), closing.Token);
        }
    }
}
