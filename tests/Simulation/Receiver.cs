using System.Text;
using Signalbox.Core.Ports;

namespace Signalbox.Simulation;

/// <summary>The far end of one destination: takes batches whole or not at all, and remembers when what arrived.</summary>
internal sealed class Receiver(World world, string name)
{
    private readonly List<(DateTimeOffset Time, int Count)> calls = [];

    /// <summary>Answers instead of the receiver's own judgement, if it returns anything.</summary>
    public Func<IReadOnlyList<string>, PlatformAnswer.Answered?>? Instead { get; set; }

    public string Name => name;

    /// <summary>By event id, when it was taken, first and again.</summary>
    public Dictionary<string, List<DateTimeOffset>> Taken { get; } = [];

    public bool IsFaulty { get; set; }

    /// <summary>Whether it answers 401 until its credentials are changed.</summary>
    public bool IsLocked { get; set; }

    /// <summary>When each call arrived and with how many events.</summary>
    public IReadOnlyList<(DateTimeOffset Time, int Count)> Calls => calls;

    public PlatformAnswer.Answered Receive(ReadOnlySpan<byte> body)
    {
        var ids = Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line["half of ".Length..]).ToList();
        calls.Add((world.GetUtcNow(), ids.Count));
        if (Instead?.Invoke(ids) is { } answer) return answer;
        if (IsLocked) return Answer(401);
        if (IsFaulty && world.Chance(0.1)) return Answer(500);
        if (IsFaulty && world.Chance(0.05)) return Answer(429, TimeSpan.FromSeconds(world.Random.Next(1, 8)));
        if (IsFaulty && ids.Any(id => id.StartsWith("toxic", StringComparison.Ordinal))) return Answer(500);
        if (ids.Any(id => id.StartsWith("poison", StringComparison.Ordinal))) return Answer(400);
        foreach (var id in ids)
        {
            if (!Taken.TryGetValue(id, out var times)) Taken.Add(id, times = []);
            times.Add(world.GetUtcNow());
        }
        return Answer(200);
    }

    /// <summary>By how many events the worst window of any length exceeds the rate, over receivers that share it: a batch's worth is allowed (I4).</summary>
    public static double WorstExcess(IEnumerable<Receiver> sharing, double perSecond)
    {
        var worst = 0d;
        var open = 0d;
        DateTimeOffset? before = null;
        foreach (var (time, count) in sharing.SelectMany(receiver => receiver.calls).OrderBy(call => call.Time))
        {
            // The excess of the worst window that ends at this call: it either begins here, or goes on from the one before.
            var gap = before is null ? 0 : (time - before.Value).TotalSeconds * perSecond;
            open = Math.Max(open - gap, 0) + count;
            worst = Math.Max(worst, open);
            before = time;
        }
        return worst;
    }

    public static PlatformAnswer.Answered Answer(int status, TimeSpan? retryAfter = null) => new(status, retryAfter, default);
}

/// <summary>Carries requests to receivers through a network with a mind of its own.</summary>
internal sealed class SimSender(World world, IReadOnlyDictionary<string, Receiver> receivers) : ISender
{
    public async Task<PlatformAnswer> Send(string destination, PlatformRequest request, TimeSpan timeout, CancellationToken cancel)
    {
        var receiver = receivers[request.Url.Host.Split('.')[0]];
        var weather = receiver.IsFaulty ? world.Random.NextDouble() : 1;
        if (weather < 0.03) return new PlatformAnswer.CircuitOpen(TimeSpan.FromSeconds(2));
        if (weather < 0.06)
        {
            await Task.Delay(timeout, world, cancel);
            return new PlatformAnswer.NoAnswer("timed out before it arrived");
        }
        var answer = receiver.Receive(request.Body.Span);
        await Task.Delay(TimeSpan.FromMilliseconds(world.Random.Next(1, receiver.IsFaulty ? 1500 : 50)), world, cancel);
        if (weather < 0.1)
        {
            await Task.Delay(timeout, world, cancel);
            return new PlatformAnswer.NoAnswer("timed out after it arrived");
        }
        return answer;
    }
}
