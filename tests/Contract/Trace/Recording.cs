using System.Globalization;
using Signalbox.Core.Destinations;

namespace Signalbox.Contract.Trace;

/// <summary>What an engine made of the script.</summary>
/// <param name="Answers">Status and body per call.</param>
/// <param name="Journal">Every record: container, seqs, time, headers and body, in bytes. Append ids are left out, for they are drawn at random.</param>
/// <param name="Payloads">Per destination and event what was sent, sorted.</param>
/// <param name="Visitors">What is known of each visitor in the end, in bytes.</param>
public sealed record Recording(
    IReadOnlyList<string> Answers, IReadOnlyList<string> Journal, IReadOnlyList<string> Payloads, IReadOnlyList<string> Visitors, IReadOnlyList<LedgerLine> Ledger)
{
    /// <summary>What happened, counted: per dialect and status the answers, per destination where its events ended.</summary>
    public IReadOnlyList<string> Summary(IReadOnlyList<ScriptedCall> calls)
    {
        var answers = calls.Zip(Answers).GroupBy(pair => $"{pair.First.Dialect} {pair.Second[..3]}").OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key}: {group.Count()}");
        var delivered = Ledger.Select(line => string.Create(
            CultureInfo.InvariantCulture,
            $"{line.Container}/{line.Destination}: {line.Accepted} = {line.Delivered} delivered + {line.Rejected} rejected + {line.Expired} expired + {line.ConsentDenied} consent_denied"));
        return [.. answers, .. delivered];
    }
}
