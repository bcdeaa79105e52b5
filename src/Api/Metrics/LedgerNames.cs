using Signalbox.Core.Destinations;

namespace Signalbox.Api.Metrics;

/// <summary>How the ledger's lines are told apart in metrics, and its terms named.</summary>
internal static class LedgerNames
{
    public static (string Name, string Value)[] Labels(LedgerLine line) =>
        [("container", line.Container), ("destination", line.Destination), ("platform", line.Platform)];

    /// <summary>What has ended.</summary>
    public static IEnumerable<(string Outcome, long Count)> Outcomes(LedgerLine line) =>
    [
        ("delivered", line.Delivered), ("rejected", line.Rejected), ("expired", line.Expired), ("consent_denied", line.ConsentDenied),
        ("filtered", line.Filtered), ("erased", line.Erased), ("cancelled", line.Cancelled),
    ];
}
