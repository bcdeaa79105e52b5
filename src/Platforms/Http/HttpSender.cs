using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Authentication;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using Signalbox.Core.Ports;

namespace Signalbox.Platforms.Http;

/// <summary>
/// Sends requests over HTTP. Each destination has a circuit of its own, so that one that does not answer is left alone for a while
/// (I7). Redirects are answers, not followed; cookies are not kept.
/// </summary>
public sealed class HttpSender : ISender, IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024;

    private static readonly TimeSpan SamplingDuration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(15);

    /// <summary>While one call tries whether a broken circuit may close, the others wait this long.</summary>
    private static readonly TimeSpan TrialDuration = TimeSpan.FromSeconds(1);

    private static readonly ResiliencePropertyKey<TimeSpan> TimeoutKey = new("timeout");

    private readonly HttpMessageInvoker client;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<string, ResiliencePipeline<PlatformAnswer>> circuits = new(StringComparer.Ordinal);

    /// <param name="allowPrivateDestinations">Lifts <see cref="AddressGuard"/>, for sandboxes and receivers within one's own network.</param>
    public HttpSender(bool allowPrivateDestinations, TimeProvider time)
    {
        this.time = time;
        client = new HttpMessageInvoker(BuildHandler(allowPrivateDestinations));
    }

    public async Task<PlatformAnswer> Send(string destination, PlatformRequest request, TimeSpan timeout, CancellationToken cancel)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancel);
        context.Properties.Set(TimeoutKey, timeout);
        try
        {
            return await circuits.GetOrAdd(destination, BuildCircuit)
                .ExecuteAsync(static (context, call) => call.Sender.Exchange(call.Request, context.CancellationToken), context, (Sender: this, Request: request))
                .ConfigureAwait(false);
        }
        catch (BrokenCircuitException open)
        {
            return new PlatformAnswer.CircuitOpen(open.RetryAfter is { } wait && wait > TimeSpan.Zero ? wait : TrialDuration);
        }
        catch (TimeoutRejectedException)
        {
            return new PlatformAnswer.NoAnswer($"no answer within {timeout.TotalSeconds:0.##} s");
        }
        catch (Exception failure) when (FindForbidden(failure) is { } forbidden)
        {
            return new PlatformAnswer.Forbidden(forbidden.Message);
        }
        catch (Exception failure) when (IsOfNetwork(failure))
        {
            return new PlatformAnswer.NoAnswer(Describe(failure));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    public void Dispose() => client.Dispose();

    private static SocketsHttpHandler BuildHandler(bool allowPrivateDestinations)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // Behind a proxy it would be the proxy that chooses the address.
            UseProxy = false,
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            // DNS answers change: no connection outlives them for long.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            SslOptions = { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 },
            // Trace ids are nobody else's.
            ActivityHeadersPropagator = null,
        };
        if (!allowPrivateDestinations) handler.ConnectCallback = AddressGuard.ConnectToPublic;
        return handler;
    }

    private ResiliencePipeline<PlatformAnswer> BuildCircuit(string destination) => new ResiliencePipelineBuilder<PlatformAnswer> { TimeProvider = time }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<PlatformAnswer>
        {
            FailureRatio = 0.5,
            MinimumThroughput = 10,
            SamplingDuration = SamplingDuration,
            BreakDuration = BreakDuration,
            ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome switch
            {
                { Exception: { } failure } => failure is TimeoutRejectedException || (IsOfNetwork(failure) && FindForbidden(failure) is null),
                { Result: PlatformAnswer.Answered { Status: >= 500 } } => true,
                _ => false,
            }),
        })
        .AddTimeout(new TimeoutStrategyOptions
        {
            TimeoutGenerator = static arguments => ValueTask.FromResult(arguments.Context.Properties.GetValue(TimeoutKey, Timeout.InfiniteTimeSpan)),
        })
        .Build();

    private async ValueTask<PlatformAnswer> Exchange(PlatformRequest request, CancellationToken cancel)
    {
        using var message = new HttpRequestMessage(request.Method, request.Url) { Content = new ReadOnlyMemoryContent(request.Body) };
        message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(request.ContentType);
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue("Signalbox", null));
        foreach (var (name, value) in request.Headers) message.Headers.TryAddWithoutValidation(name, value);

        using var response = await client.SendAsync(message, cancel).ConfigureAwait(false);
        var body = await ReadBeginning(response.Content, cancel).ConfigureAwait(false);
        return new PlatformAnswer.Answered((int)response.StatusCode, RetryAfter.Read(response.Headers.RetryAfter, time.GetUtcNow()), body);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBeginning(HttpContent content, CancellationToken cancel)
    {
        var stream = await content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        var expected = content.Headers.ContentLength is { } length and < MaxAnswerBytes ? (int)length : 4096;
        var buffer = new byte[Math.Max(expected, 1)];
        var read = 0;
        while (read < MaxAnswerBytes)
        {
            if (read == buffer.Length) Array.Resize(ref buffer, Math.Min(buffer.Length * 2, MaxAnswerBytes));
            var more = await stream.ReadAsync(buffer.AsMemory(read), cancel).ConfigureAwait(false);
            if (more == 0) break;
            read += more;
        }
        return buffer.AsMemory(0, read);
    }

    // IOException: the connection broke within the body; InvalidDataException: it was not compressed as it said.
    private static bool IsOfNetwork(Exception failure) => failure is HttpRequestException or IOException or InvalidDataException;

    private static ForbiddenAddressException? FindForbidden(Exception failure) => failure as ForbiddenAddressException ?? failure.InnerException as ForbiddenAddressException;

    /// <summary>In our own words, since the system's may quote the URL.</summary>
    private static string Describe(Exception failure) => (failure as HttpRequestException)?.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "the host's name could not be resolved",
        HttpRequestError.ConnectionError => "the connection could not be made",
        HttpRequestError.SecureConnectionError => "the secure connection could not be made",
        HttpRequestError.InvalidResponse => "the answer was no valid HTTP",
        HttpRequestError.ConfigurationLimitExceeded => "the answer's headers were too long",
        _ => "the connection broke before the answer was complete",
    };
}
