using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Signalbox.Core.Ports;
using Signalbox.Platforms.Http;

namespace Signalbox.Platforms.Tests.Http;

public class HttpSenderTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly Clock clock = new();

    [Fact]
    public async Task A_request_arrives_as_it_was_composed_and_nothing_is_added_that_could_be_traced()
    {
        await using var receiver = await Receiver.Start(_ => Task.CompletedTask);
        using var sender = Sender();

        await sender.Send("1/1", Request(receiver.Url, "/hook?a=%2Fb", "{\"é\":1}"), Long, CancellationToken.None);

        var got = Assert.Single(receiver.Requests);
        Assert.Equal("POST", got.Method);
        Assert.Equal("/hook?a=%2Fb", got.Target);
        Assert.Equal("{\"é\":1}", Encoding.UTF8.GetString(got.Body));
        Assert.Equal("Bearer x", got.Headers["Authorization"]);
        Assert.Equal("application/json", got.Headers["Content-Type"]);
        Assert.Equal("Signalbox", got.Headers["User-Agent"]);
        Assert.Equal(
            ["Accept-Encoding", "Authorization", "Content-Length", "Content-Type", "Host", "User-Agent"], got.Headers.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_answers_status_and_body_come_back()
    {
        var answer = await SendTo(context =>
        {
            context.Response.StatusCode = 418;
            return context.Response.WriteAsync("short and stout");
        });

        var answered = Assert.IsType<PlatformAnswer.Answered>(answer);
        Assert.Equal(418, answered.Status);
        Assert.Null(answered.RetryAfter);
        Assert.Equal("short and stout", Encoding.UTF8.GetString(answered.Body.Span));
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Fri, 03 Jul 2026 09:42:10 GMT", 60)]
    [InlineData("Fri, 03 Jul 2026 09:00:00 GMT", 0)]
    [InlineData("soon", null)]
    public async Task Retry_after_is_read_as_seconds_or_date(string header, int? seconds)
    {
        var answer = await SendTo(context =>
        {
            context.Response.Headers.RetryAfter = header;
            return Task.CompletedTask;
        });

        Assert.Equal(seconds, (int?)Assert.IsType<PlatformAnswer.Answered>(answer).RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_not_followed()
    {
        await using var receiver = await Receiver.Start(context =>
        {
            context.Response.Redirect("/elsewhere", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        using var sender = Sender();

        var answer = await sender.Send("1/1", Request(receiver.Url), Long, CancellationToken.None);

        Assert.Equal(307, Assert.IsType<PlatformAnswer.Answered>(answer).Status);
        Assert.Single(receiver.Requests);
    }

    [Fact]
    public async Task A_compressed_answer_is_read()
    {
        var answer = await SendTo(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync("""{"events_received":1}"""u8.ToArray());
        });

        Assert.Equal("""{"events_received":1}""", Encoding.UTF8.GetString(Assert.IsType<PlatformAnswer.Answered>(answer).Body.Span));
    }

    [Fact]
    public async Task Of_a_long_answer_the_first_64_KB_are_kept()
    {
        var answer = await SendTo(async context =>
        {
            var chunk = new byte[10_000];
            for (var sent = 0; sent < 50; sent++) await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        });

        Assert.Equal(64 * 1024, Assert.IsType<PlatformAnswer.Answered>(answer).Body.Length);
    }

    [Fact]
    public async Task A_platform_that_does_not_answer_in_time_gave_no_answer()
    {
        await using var receiver = await Receiver.Start(Never);
        using var sender = Sender();

        var answer = await sender.Send("1/1", Request(receiver.Url), TimeSpan.FromMilliseconds(50), CancellationToken.None);

        Assert.Equal("no answer within 0.05 s", Assert.IsType<PlatformAnswer.NoAnswer>(answer).Reason);
    }

    [Fact]
    public async Task The_time_allowed_holds_for_an_answer_that_never_ends_too()
    {
        await using var receiver = await Receiver.Start(async context =>
        {
            await context.Response.WriteAsync("begun");
            await context.Response.Body.FlushAsync();
            await Never(context);
        });
        using var sender = Sender();

        Assert.IsType<PlatformAnswer.NoAnswer>(await sender.Send("1/1", Request(receiver.Url), TimeSpan.FromMilliseconds(200), CancellationToken.None));
    }

    [Fact]
    public async Task A_connection_cut_before_the_answer_is_no_answer()
    {
        var answer = await SendTo(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        Assert.Equal("the connection broke before the answer was complete", Assert.IsType<PlatformAnswer.NoAnswer>(answer).Reason);
    }

    [Fact]
    public async Task Where_nobody_listens_there_is_no_answer()
    {
        using var sender = Sender();

        var answer = await sender.Send("1/1", Request(UnusedAddress()), Long, CancellationToken.None);

        Assert.Equal("the connection could not be made", Assert.IsType<PlatformAnswer.NoAnswer>(answer).Reason);
    }

    [Fact]
    public async Task A_cancelled_call_throws()
    {
        using var cancel = new CancellationTokenSource();
        await using var receiver = await Receiver.Start(async context =>
        {
            await cancel.CancelAsync();
            await Never(context);
        });
        using var sender = Sender();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sender.Send("1/1", Request(receiver.Url), Long, cancel.Token));
    }

    [Fact]
    public async Task I7_A_destination_that_keeps_failing_is_left_alone_and_its_neighbours_are_not()
    {
        await using var receiver = await Receiver.Start(context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        using var sender = Sender();

        for (var call = 0; call < 10; call++)
        {
            Assert.IsType<PlatformAnswer.Answered>(await sender.Send("1/1", Request(receiver.Url), Long, CancellationToken.None));
        }
        clock.Now += TimeSpan.FromSeconds(5);

        var open = Assert.IsType<PlatformAnswer.CircuitOpen>(await sender.Send("1/1", Request(receiver.Url), Long, CancellationToken.None));
        Assert.Equal(TimeSpan.FromSeconds(10), open.RetryAfter);
        Assert.Equal(10, receiver.Requests.Count);
        Assert.IsType<PlatformAnswer.Answered>(await sender.Send("1/2", Request(receiver.Url), Long, CancellationToken.None));
    }

    [Fact]
    public async Task An_open_circuit_is_tried_again_after_its_break_and_closes_on_success()
    {
        var status = 500;
        await using var receiver = await Receiver.Start(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        using var sender = Sender();
        for (var call = 0; call < 10; call++) await sender.Send("1/1", Request(receiver.Url), Long, CancellationToken.None);

        status = 200;
        clock.Now += TimeSpan.FromSeconds(15);

        Assert.IsType<PlatformAnswer.Answered>(await sender.Send("1/1", Request(receiver.Url), Long, CancellationToken.None));
        Assert.IsType<PlatformAnswer.Answered>(await sender.Send("1/1", Request(receiver.Url), Long, CancellationToken.None));
    }

    [Fact]
    public async Task No_answers_open_the_circuit_as_server_errors_do()
    {
        using var sender = Sender();
        var nobody = UnusedAddress();

        for (var call = 0; call < 10; call++) await sender.Send("1/1", Request(nobody), Long, CancellationToken.None);

        Assert.IsType<PlatformAnswer.CircuitOpen>(await sender.Send("1/1", Request(nobody), Long, CancellationToken.None));
    }

    [Fact]
    public async Task Answers_that_are_the_callers_fault_leave_the_circuit_closed()
    {
        await using var receiver = await Receiver.Start(context =>
        {
            context.Response.StatusCode = 400;
            return Task.CompletedTask;
        });
        using var sender = Sender();

        for (var call = 0; call < 20; call++)
        {
            Assert.IsType<PlatformAnswer.Answered>(await sender.Send("1/1", Request(receiver.Url), Long, CancellationToken.None));
        }
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("127.1")]
    [InlineData("0.0.0.0")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    public async Task Private_addresses_are_forbidden_however_they_are_written(string host)
    {
        await using var receiver = await Receiver.Start(_ => Task.CompletedTask);
        using var sender = new HttpSender(allowPrivateDestinations: false, clock);
        var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{receiver.Url.Port}/"));

        for (var call = 0; call < 12; call++)
        {
            Assert.IsType<PlatformAnswer.Forbidden>(await sender.Send("1/1", Request(url), Long, CancellationToken.None));
        }
        Assert.Empty(receiver.Requests);
    }

    private HttpSender Sender() => new(allowPrivateDestinations: true, clock);

    private async Task<PlatformAnswer> SendTo(RequestDelegate answer)
    {
        await using var receiver = await Receiver.Start(answer);
        using var sender = Sender();
        return await sender.Send("1/1", Request(receiver.Url), Long, CancellationToken.None);
    }

    private static PlatformRequest Request(Uri server, string target = "/", string body = "{}") =>
        new(HttpMethod.Post, new Uri(server, target), [KeyValuePair.Create("Authorization", "Bearer x")], "application/json", Encoding.UTF8.GetBytes(body));

    private static Task Never(HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    private static Uri UnusedAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}");
    }

    /// <summary>Stands still until told; timers run in real time.</summary>
    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 7, 3, 9, 41, 10, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
