using System.Globalization;
using System.Text;

namespace Signalbox.Bench.Reporting;

/// <summary>The report, in Markdown: shown as it grows, and kept when asked for.</summary>
internal sealed class Report
{
    private readonly StringBuilder text = new();

    public void Heading(string heading) => Block([$"## {heading}"]);

    public void Paragraph(string paragraph) => Block([paragraph]);

    /// <param name="rows">The first one holds the columns' headings.</param>
    public void Table(IReadOnlyList<string[]> rows)
    {
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        var lines = rows.Select(row => $"| {string.Join(" | ", row.Select((cell, column) => cell.PadRight(widths[column])))} |").ToList();
        lines.Insert(1, $"|{string.Join("|", widths.Select(width => new string('-', width + 2)))}|");
        Block(lines);
    }

    /// <returns>Where it was kept.</returns>
    public string Save(string name)
    {
        var path = Path.Combine(BenchFolder(), "results", string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}-{name}.md"));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text.ToString());
        return path;
    }

    private void Block(IReadOnlyList<string> lines)
    {
        var block = $"{(text.Length == 0 ? "" : "\n")}{string.Join('\n', lines)}\n";
        Console.Write(block);
        text.Append(block);
    }

    private static string BenchFolder()
    {
        for (var folder = Environment.CurrentDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Orleans.sln"))) return Path.Combine(folder, "bench");
        }
        return Environment.CurrentDirectory;
    }
}
