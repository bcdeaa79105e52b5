using System.Text.Json;
using System.Text.Json.Serialization;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;

namespace Signalbox.Api.Admin;

/// <summary>One accepted event with its state at every destination.</summary>
/// <param name="Id">The router's id.</param>
/// <param name="Seq">Its number in the container's journal.</param>
/// <param name="Event">The canonical event, as webhooks get it: each identifier with its origin, nothing personal in the clear.</param>
internal sealed record EventView(string Id, string Container, long Seq, JsonElement Event, IReadOnlyList<DeliveryView> Deliveries);

/// <summary>One event at one destination.</summary>
/// <param name="State">waiting, parked, delivered, rejected, expired, consent_denied, filtered or cancelled.</param>
/// <param name="Reason">Why it is where it is.</param>
/// <param name="NextAttempt">When it is tried next, where a time is set.</param>
internal sealed record DeliveryView(
    string Destination, string Platform, string State, string? Reason, DateTime? NextAttempt, IReadOnlyList<AttemptView> Attempts)
{
    public static DeliveryView Of(DeliveryState delivery) => new(
        delivery.Destination, delivery.Platform, delivery.State, delivery.Reason, delivery.NextAttempt?.UtcDateTime, [.. delivery.Attempts.Select(AttemptView.Of)]);
}

/// <summary>One call, or one decision without a call.</summary>
/// <param name="Outcome">delivered, rejected, expired, retried, parked, stopped, split, consent_denied or cancelled.</param>
/// <param name="Status">The platform's HTTP status.</param>
/// <param name="Words">What the platform said, scrubbed, or our reason.</param>
/// <param name="Events">How many events the call carried.</param>
/// <param name="MaybeDuplicate">Whether the platform may have got these events before.</param>
internal sealed record AttemptView(string Id, DateTime Time, double DurationMs, string Outcome, int? Status, string? Words, long Events, bool MaybeDuplicate)
{
    public static AttemptView Of(LoggedCall call) => new(
        call.Id, call.Time.UtcDateTime, call.Duration.TotalMilliseconds, JsonNamingPolicy.SnakeCaseLower.ConvertName(call.Outcome.ToString()),
        call.Status, call.Words, call.Seqs.Count, call.MaybeDuplicate);
}

/// <summary>Where every accepted event is.</summary>
/// <param name="Balances">Whether every line does.</param>
internal sealed record LedgerView(bool Balances, LedgerLineView Totals, IReadOnlyList<LedgerLineView> Lines)
{
    public static LedgerView Of(IReadOnlyList<LedgerLine> lines)
    {
        var views = lines.Select(LedgerLineView.Of).ToList();
        var totals = views.Aggregate(LedgerLineView.Nothing, (sum, line) => sum.Plus(line));
        return new LedgerView(views.TrueForAll(line => line.Balances), totals, views);
    }
}

/// <summary>accepted = delivered + rejected + expired + consent_denied + filtered + parked + waiting + erased + cancelled.</summary>
/// <param name="Container">Null in the totals.</param>
/// <param name="Stopped">Why the whole destination waits; null while it runs.</param>
internal sealed record LedgerLineView(
    string? Container, string? Destination, string? Platform,
    long Accepted, long Delivered, long Rejected, long Expired, long ConsentDenied, long Filtered, long Parked, long Waiting, long Erased, long Cancelled,
    bool Balances, StopView? Stopped)
{
    public static readonly LedgerLineView Nothing = new(null, null, null, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, true, null);

    public static LedgerLineView Of(LedgerLine line) => new(
        line.Container, line.Destination, line.Platform, line.Accepted, line.Delivered, line.Rejected, line.Expired, line.ConsentDenied, line.Filtered,
        line.Parked, line.Waiting, line.Erased, line.Cancelled, line.Balances, line.Stop is null ? null : StopView.Of(line.Stop));

    public LedgerLineView Plus(LedgerLineView line) => new(
        null, null, null, Accepted + line.Accepted, Delivered + line.Delivered, Rejected + line.Rejected, Expired + line.Expired,
        ConsentDenied + line.ConsentDenied, Filtered + line.Filtered, Parked + line.Parked, Waiting + line.Waiting, Erased + line.Erased,
        Cancelled + line.Cancelled, Balances && line.Balances, null);
}

/// <param name="Reason">throttled, circuit_open, unauthorised, set_up_fault or failing.</param>
/// <param name="Until">When it goes on; null when only other settings help.</param>
internal sealed record StopView(string Reason, DateTime? Until, string? Words)
{
    public static StopView Of(Stop stop) => new(
        JsonNamingPolicy.SnakeCaseLower.ConvertName(stop.Reason.ToString()), stop.Until == DateTimeOffset.MaxValue ? null : stop.Until.UtcDateTime, stop.Words);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(EventView))]
[JsonSerializable(typeof(LedgerView))]
internal sealed partial class AdminJson : JsonSerializerContext;
