using System.Globalization;

namespace Signalbox.Bench;

/// <summary>A folder that is deleted at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private static int made;

    private readonly string path;

    public TemporaryFolder(string parent, string name)
    {
        path = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{name}-{Environment.ProcessId}-{made++}"));
        Directory.CreateDirectory(path);
    }

    public string File(string name) => Path.Combine(path, name);

    public void Dispose() => Directory.Delete(path, recursive: true);
}
