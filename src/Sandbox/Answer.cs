namespace Signalbox.Sandbox;

/// <summary>What an emulator says to one call.</summary>
internal sealed record Answer(int Status, string? Body = null, string ContentType = "application/json", int? RetryAfterSeconds = null)
{
    public bool Accepts => Status is >= 200 and < 300;
}
