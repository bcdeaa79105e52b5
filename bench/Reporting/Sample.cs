using System.Globalization;

namespace Signalbox.Bench.Reporting;

/// <summary>What repeating one measurement gave.</summary>
internal sealed class Sample
{
    private readonly List<double> values = [];

    public double Median => Quantile(0.5);

    public void Add(double value) => values.Add(value);

    /// <summary>The median, with the least and the most behind it.</summary>
    public string Show(string format) => string.Create(
        CultureInfo.InvariantCulture, $"{Text(Median, format)} ({Text(values.Min(), format)} – {Text(values.Max(), format)})");

    public double Quantile(double part)
    {
        var sorted = values.Order().ToList();
        var middle = (sorted.Count - 1) * part;
        var (below, above) = (sorted[(int)Math.Floor(middle)], sorted[(int)Math.Ceiling(middle)]);
        return below + ((above - below) * (middle - Math.Floor(middle)));
    }

    public static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
