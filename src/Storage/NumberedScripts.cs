using System.Reflection;

namespace Signalbox.Storage;

/// <summary>The schema scripts <c>Schema/(name)-(number).sql</c>, built into the assembly. A script that was ever released is not edited any more.</summary>
internal static class NumberedScripts
{
    /// <summary>All of a name, from number 1 on.</summary>
    public static IReadOnlyList<string> Read(string name)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var found = new List<string>();
        while (assembly.GetManifestResourceStream($"{name}-{found.Count + 1}.sql") is { } stream)
        {
            using var reader = new StreamReader(stream);
            found.Add(reader.ReadToEnd());
        }
        return found;
    }
}
