using System.Text.RegularExpressions;

namespace Signalbox.Api.Settings;

/// <summary>
/// The process's environment as the configuration sees it: <c>${NAME}</c> inside its strings, and variables such as
/// <c>SIGNALBOX__WORKSPACES__0__PLAN</c> that stand over the file, their names in any case.
/// </summary>
internal sealed partial class EnvironmentVariables
{
    private const string Prefix = "SIGNALBOX__";
    private const string Separator = "__";

    private readonly IReadOnlyDictionary<string, string>? all;
    private readonly SortedDictionary<string, string> overlay = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="all">Null for a configuration that has its variables in it already.</param>
    public EnvironmentVariables(IReadOnlyDictionary<string, string>? all)
    {
        this.all = all;
        foreach (var (name, value) in all ?? new Dictionary<string, string>())
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) overlay[name] = value;
        }
    }

    /// <summary>The variables of the overlay that nothing asked for.</summary>
    public IEnumerable<string> Untaken => overlay.Keys.Where(name => !taken.Contains(name));

    /// <param name="path">Names and indexes from the root.</param>
    public string? Take(IEnumerable<string> path)
    {
        var name = NameOf(path);
        if (!overlay.TryGetValue(name, out var value)) return null;
        taken.Add(name);
        return value;
    }

    /// <summary>Everything below a path: the rest of each variable's path, in its own spelling, with its value.</summary>
    public IEnumerable<(string[] Path, string Value)> TakeBelow(IEnumerable<string> path)
    {
        var start = NameOf(path) + Separator;
        foreach (var (name, value) in overlay.Where(pair => pair.Key.StartsWith(start, StringComparison.OrdinalIgnoreCase)))
        {
            taken.Add(name);
            yield return (name[start.Length..].Split(Separator), value);
        }
    }

    /// <summary>Takes whatever there is at a path and below it.</summary>
    public void TakeAll(IEnumerable<string> path)
    {
        Take(path);
        _ = TakeBelow(path).Count();
    }

    public bool HasBelow(IEnumerable<string> path)
    {
        var start = NameOf(path) + Separator;
        return overlay.Keys.Any(name => name.StartsWith(start, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Puts variables in the place of each <c>${NAME}</c>.</summary>
    /// <param name="missing">Told of each name that the environment does not have.</param>
    public string Substitute(string text, Action<string> missing) => all is null ? text : Reference().Replace(text, reference =>
    {
        var name = reference.Groups[1].Value;
        if (all.TryGetValue(name, out var value)) return value;
        missing(name);
        return "";
    });

    private static string NameOf(IEnumerable<string> path) => Prefix + string.Join(Separator, path);

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
