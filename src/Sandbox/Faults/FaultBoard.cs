namespace Signalbox.Sandbox.Faults;

/// <summary>The faults switched on at the moment. The first that strikes a request is the one it gets.</summary>
internal sealed class FaultBoard
{
    private volatile Fault[] faults = [];

    public void Set(Fault[] next) => faults = next;

    public Fault? Next(string platform, string name) => faults.FirstOrDefault(f => f.Strikes(platform, name));

    public Dictionary<string, Dictionary<string, object>[]> Show() =>
        faults.Where(f => f.Fired != f.Times).GroupBy(f => f.Platform).ToDictionary(g => g.Key, g => g.Select(f => f.Show()).ToArray());
}
