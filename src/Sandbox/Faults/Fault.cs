namespace Signalbox.Sandbox.Faults;

internal enum FaultKind { Throttle, Error, Slow, Cut, Unauthorised }

/// <summary>
/// A way to misbehave. With <paramref name="AfterProcessing"/> the events are taken first, so the sender is left without the
/// acknowledgement of something that did arrive.
/// </summary>
/// <param name="Name">The pixel or webhook it concerns; <c>*</c> is every one.</param>
/// <param name="Times">How often it happens before it clears itself; null is without end.</param>
/// <param name="Probability">Of happening to a matching request, drawn from a generator with this <paramref name="Seed"/>.</param>
internal sealed record Fault(
    string Platform, string Name, FaultKind Kind, int RetryAfterSeconds, int Code, int Status, int DelayMs, bool AfterProcessing,
    int? Times, double Probability, int Seed)
{
    private readonly Lock gate = new();
    private readonly Random random = new(Seed);

    public int Fired { get; private set; }

    /// <summary>Whether it happens to this request; if so, one of its times is used up.</summary>
    public bool Strikes(string platform, string name)
    {
        if (platform != Platform || (Name != "*" && Name != name)) return false;
        lock (gate)
        {
            if (Fired == Times || (Probability < 1 && random.NextDouble() >= Probability)) return false;
            Fired++;
            return true;
        }
    }

    /// <summary>What <c>GET /sandbox/faults</c> shows: only the fields its kind uses.</summary>
    public Dictionary<string, object> Show()
    {
        var shown = new Dictionary<string, object>
        {
            [FaultReader.NameField(Platform)] = Name,
            ["kind"] = Kind.ToString().ToLowerInvariant(),
        };
        if (Kind == FaultKind.Throttle) shown["retryAfterSeconds"] = RetryAfterSeconds;
        if (Kind == FaultKind.Throttle && Platform == Meta.MetaCall.PlatformName) shown["code"] = Code;
        if (Kind == FaultKind.Error) shown["status"] = Status;
        if (Kind == FaultKind.Slow) shown["delayMs"] = DelayMs;
        if (Kind is FaultKind.Error or FaultKind.Slow or FaultKind.Cut) shown["when"] = AfterProcessing ? "after" : "before";
        if (Times is { } times) shown["times"] = times;
        if (Probability < 1) (shown["probability"], shown["seed"]) = (Probability, Seed);
        shown["fired"] = Fired;
        return shown;
    }
}
