using System.Globalization;

namespace Signalbox.Bench;

/// <summary>What the command line asks for.</summary>
/// <param name="Names">The benchmarks to run; empty for all.</param>
/// <param name="Rounds">How often each measurement is repeated.</param>
/// <param name="Seconds">How long a load is measured, after its warm-up.</param>
/// <param name="Data">A folder on the disk to be measured; data folders are made in it and deleted.</param>
/// <param name="Record">The name under which the report is kept; null for none.</param>
/// <param name="Silo">The silo's executable, which is built elsewhere because it needs Orleans; null for none.</param>
internal sealed record Options(IReadOnlySet<string> Names, int Rounds, int Seconds, string Data, string? Record, string? Silo)
{
    public const string Usage =
        """
        Usage: dotnet run -c Release --project bench [-- [all|ingest|dedupe|window|cost]... [options]]

          --rounds N      how often each measurement is repeated (default 5)
          --seconds N     how long a load is measured, after its warm-up (default 10)
          --data PATH     a folder on the disk to be measured (default: the system's folder for temporary files)
          --silo PATH     Signalbox.Silo.dll, for cost, which compares the embedded engine with it
          --record NAME   keep the report as bench/results/<date>-NAME.md
        """;

    private static readonly HashSet<string> SdkOnly = ["ingest", "dedupe", "window"];

    /// <summary>Without a name, all that needs nothing but the SDK.</summary>
    public bool Runs(string name) => Names.Contains(name) || (Names.Count == 0 && SdkOnly.Contains(name));

    /// <returns>Null for arguments that mean nothing.</returns>
    public static Options? TryParse(ReadOnlySpan<string> args)
    {
        var names = new HashSet<string>();
        var options = new Options(names, 5, 10, Path.Combine(Path.GetTempPath(), "signalbox-bench"), null, null);
        while (args is [var first, .. var rest])
        {
            args = rest;
            if (first == "all") names.UnionWith(SdkOnly);
            else if (first == "cost" || SdkOnly.Contains(first)) names.Add(first);
            else if (first.StartsWith("--", StringComparison.Ordinal) && rest is [var value, .. var others] && options.With(first, value) is { } changed)
            {
                options = changed;
                args = others;
            }
            else return null;
        }
        return options;
    }

    private Options? With(string option, string value)
    {
        var isCount = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0;
        return option switch
        {
            "--rounds" when isCount => this with { Rounds = count },
            "--seconds" when isCount => this with { Seconds = count },
            "--data" => this with { Data = Path.GetFullPath(value) },
            "--silo" => this with { Silo = Path.GetFullPath(value) },
            "--record" => this with { Record = value },
            _ => null,
        };
    }
}
