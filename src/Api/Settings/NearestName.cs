namespace Signalbox.Api.Settings;

/// <summary>Says what somebody may have meant.</summary>
internal static class NearestName
{
    /// <summary>How many letters may be wrong: two, so that swapped ones are forgiven, but one in a short name.</summary>
    private static int Tolerance(string name) => name.Length < 4 ? 1 : 2;

    /// <param name="kind">What the name stands for, such as <c>key</c>.</param>
    public static string Unknown(string kind, string name, IEnumerable<string> known)
    {
        var nearest = known.MinBy(candidate => Distance(name, candidate));
        return nearest is not null && Distance(name, nearest) <= Tolerance(name)
            ? $"unknown {kind}, did you mean {nearest}?"
            : $"unknown {kind}, expected one of {string.Join(", ", known)}";
    }

    /// <summary>Levenshtein's, ignoring case.</summary>
    private static int Distance(string left, string right)
    {
        var costs = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var row = 1; row <= left.Length; row++)
        {
            var diagonal = costs[0];
            costs[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var same = char.ToLowerInvariant(left[row - 1]) == char.ToLowerInvariant(right[column - 1]);
                (diagonal, costs[column]) = (costs[column], Math.Min(diagonal + (same ? 0 : 1), Math.Min(costs[column], costs[column - 1]) + 1));
            }
        }
        return costs[^1];
    }
}
