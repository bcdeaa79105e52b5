using System.Buffers;
using System.Text;
using System.Text.Json;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;

namespace Signalbox.Contract.Harness;

/// <summary>A platform whose requests are event ids, one a line.</summary>
public sealed class LinePlatform : IPlatform
{
    public string Name => "line";

    public PlatformRules Rules { get; } = new(new Limits(10, 10, TimeSpan.FromSeconds(1), 1), 100, null, TimeSpan.FromHours(1));

    public static IReadOnlyList<string> IdsOf(PlatformRequest request) =>
        Encoding.UTF8.GetString(request.Body.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public PlatformSettings? ReadSettings(JsonElement settings, Uri? endpoint, Action<string, string> faults) => throw new NotSupportedException();

    public string? Encode(OutgoingEvent e, PlatformSettings settings, IBufferWriter<byte> fragment)
    {
        fragment.Write(Encoding.UTF8.GetBytes($"{e.Id}\n"));
        return null;
    }

    public PlatformRequest Compose(IReadOnlyList<ReadOnlyMemory<byte>> fragments, PlatformSettings settings, string callId, DateTimeOffset now) =>
        new(HttpMethod.Post, new Uri("https://line.example/"), [], "text/plain", fragments.SelectMany(fragment => fragment.ToArray()).ToArray());

    public Verdict Judge(PlatformAnswer.Answered answer, int count) => new Verdict.Delivered();
}

public sealed record LineSettings() : PlatformSettings("line");
