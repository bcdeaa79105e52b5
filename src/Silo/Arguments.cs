using Signalbox.Api.Settings;

namespace Signalbox.Silo;

/// <summary>The executable's arguments, understood.</summary>
internal sealed record Arguments(Order Order, string Path, Role Role)
{
    /// <returns>Null when they cannot be understood.</returns>
    public static Arguments? Parse(IReadOnlyList<string> args)
    {
        var given = new Arguments(Order.Run, ConfigurationFile.DefaultName, Role.Silo);
        for (var index = 0; index < args.Count; index++)
        {
            // --config PATH and --config=PATH are the same.
            var (name, value) = args[index].Split('=', 2) is [var left, var right] ? (left, right) : (args[index], null);
            switch (name)
            {
                case "--help" or "-h" when args.Count == 1:
                    return given with { Order = Order.Help };
                case "--version" when args.Count == 1:
                    return given with { Order = Order.Version };
                case "apply" when index == 0 && value is null:
                    given = given with { Order = Order.Apply };
                    break;
                case "--config" when (value ?? args.ElementAtOrDefault(++index)) is { Length: > 0 } path:
                    given = given with { Path = path };
                    break;
                case "--role" when given.Order == Order.Run && (value ?? args.ElementAtOrDefault(++index)) is "silo" or "gateway":
                    given = given with { Role = (value ?? args[index]) == "silo" ? Role.Silo : Role.Gateway };
                    break;
                default:
                    return null;
            }
        }
        return given;
    }
}

/// <summary>What the executable is asked to do.</summary>
internal enum Order
{
    Run,
    Apply,
    Help,
    Version,
}
