using System.Buffers;
using System.Text;
using System.Text.Json;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;

namespace Signalbox.Simulation;

internal sealed record SimSettings(string QuotaKey, string Receiver) : PlatformSettings(QuotaKey);

/// <summary>A platform whose requests are lists of event ids, for <see cref="Receiver"/> to judge.</summary>
internal sealed class SimPlatform : IPlatform
{
    public string Name => "sim";

    public PlatformRules Rules { get; } = new(new Limits(10, 10, TimeSpan.FromSeconds(1), 1), 100, TimeSpan.FromDays(7), TimeSpan.FromSeconds(10));

    public PlatformSettings? ReadSettings(JsonElement settings, Uri? endpoint, Action<string, string> faults) => throw new NotSupportedException();

    public string? Encode(OutgoingEvent e, PlatformSettings settings, IBufferWriter<byte> fragment)
    {
        fragment.Write("half of "u8);
        if (e.Id.StartsWith("unfit", StringComparison.Ordinal)) return "this platform cannot take it";
        if (e.Id.StartsWith("unencodable", StringComparison.Ordinal)) throw new FormatException("an encoder's bug");
        fragment.Write(Encoding.UTF8.GetBytes($"{e.Id}\n"));
        return null;
    }

    public PlatformRequest Compose(IReadOnlyList<ReadOnlyMemory<byte>> fragments, PlatformSettings settings, string callId, DateTimeOffset now)
    {
        var body = fragments.SelectMany(fragment => fragment.ToArray()).ToArray();
        return new PlatformRequest(HttpMethod.Post, new Uri($"https://{((SimSettings)settings).Receiver}.example/"), [], "text/plain", body);
    }

    public Verdict Judge(PlatformAnswer.Answered answer, int count) => answer.Status switch
    {
        200 => new Verdict.Delivered(),
        400 => new Verdict.Refused("one of them is poison"),
        401 => new Verdict.Unauthorised("the token is gone"),
        429 => new Verdict.Throttled(answer.RetryAfter),
        _ => new Verdict.Retry($"status {answer.Status}"),
    };
}
