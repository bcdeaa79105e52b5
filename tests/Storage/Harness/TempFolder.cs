namespace Signalbox.Storage.Tests.Harness;

public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("signalbox-storage-").FullName;

    /// <summary>The files below, as they are now, in a folder of their own.</summary>
    public TempFolder Copy()
    {
        var copy = new TempFolder();
        foreach (var file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
        {
            // The index of a log lives in memory only: nothing of it survives a crash of the machine. Nor does the lock.
            if (file.EndsWith("-shm", StringComparison.Ordinal) || System.IO.Path.GetFileName(file) == "lock") continue;
            var place = System.IO.Path.Combine(copy.Path, System.IO.Path.GetRelativePath(Path, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(place)!);
            using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var to = File.Create(place);
            from.CopyTo(to);
        }
        return copy;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
