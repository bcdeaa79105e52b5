using System.Reflection;
using Microsoft.AspNetCore.Connections;
using Signalbox.Api.Settings;

namespace Signalbox.Api.Hosting;

/// <summary>How an executable ends: with a line that says why, and a code.</summary>
internal static class Ending
{
    public const int Failed = 1;
    public const int WrongUsage = 2;

    public const string Codes =
        "Exit codes: 0 stopped as asked; 2 the arguments, the configuration, or the data folder or database it names are wrong or cannot be used; 1 anything else.";

    public static string Version => typeof(Ending).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static Task<int> Say(string text)
    {
        Console.WriteLine(text);
        return Task.FromResult(0);
    }

    public static Task<int> Complain(int exitCode, string text)
    {
        Console.Error.WriteLine(text);
        return Task.FromResult(exitCode);
    }

    public static Task<int> Report(string path, IReadOnlyList<ConfigurationFault> faults) => Complain(
        WrongUsage,
        string.Join(Environment.NewLine, [$"{path}: {faults.Count} {(faults.Count == 1 ? "fault" : "faults")}", .. faults.Select(fault => $"  {fault}")]));

    public static Task<int> CannotListen(string listen, IOException why) => Complain(
        Failed,
        why.InnerException is AddressInUseException
            ? $"{listen} is in use by another process; set \"listen\" or SIGNALBOX__LISTEN to another port."
            : $"{listen} cannot be listened on: {why.Message}");

    /// <summary>Without the message, which may hold what an event holds.</summary>
    public static void Log(ILogger log, Exception bug) => log.LogError("A bug, please report it: {Exception}\n{Trace}", bug.GetType(), bug.StackTrace);
}
