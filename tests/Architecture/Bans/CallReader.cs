using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using System.Text.RegularExpressions;

namespace Signalbox.Architecture.Tests.Bans;

/// <summary>
/// Reads from compiled code which members it uses. There no comment or string can be taken for code, and no alias, <c>using static</c> or <c>new()</c>
/// hides what is meant.
/// </summary>
internal static partial class CallReader
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    private static readonly Dictionary<short, OpCode> Codes =
        typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    public static IEnumerable<Call> Of(Assembly assembly) => assembly.GetTypes().SelectMany(OfOne);

    /// <summary>Of a type and those within it.</summary>
    public static IEnumerable<Call> Of(Type type) => OfOne(type).Concat(type.GetNestedTypes(Declared).SelectMany(Of));

    private static IEnumerable<Call> OfOne(Type type) =>
        type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)).SelectMany(method => OfMethod(type, method));

    private static IEnumerable<Call> OfMethod(Type type, MethodBase method)
    {
        var il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        int? constant = null;
        for (var at = 0; at < il.Length;)
        {
            var code = Codes[il[at] == 0xFE ? (short)(0xFE00 | il[at + 1]) : il[at]];
            var operand = il.AsSpan(at + code.Size);
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineTok
                && Resolve(type, method, BinaryPrimitives.ReadInt32LittleEndian(operand)) is MethodBase used)
            {
                yield return new Call(NameOf(type, method), used, constant);
            }
            constant = ConstantOf(code, il.AsSpan(at + code.Size));
            at += code.Size + SizeOf(code.OperandType, il.AsSpan(at + code.Size));
        }
    }

    private static MemberInfo? Resolve(Type type, MethodBase method, int token) =>
        method.Module.ResolveMember(token, type.IsGenericType ? type.GetGenericArguments() : null, method.IsGenericMethod ? method.GetGenericArguments() : null);

    private static int? ConstantOf(OpCode code, ReadOnlySpan<byte> operand) => code.Value switch
    {
        >= 0x15 and <= 0x1E => code.Value - 0x16,
        0x1F => (sbyte)operand[0],
        0x20 => BinaryPrimitives.ReadInt32LittleEndian(operand),
        _ => null,
    };

    private static int SizeOf(OperandType type, ReadOnlySpan<byte> operand) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(operand)),
        _ => 4,
    };

    /// <summary>As in the source: what the compiler made of an async method or a lambda bears that method's name in angle brackets.</summary>
    private static string NameOf(Type type, MethodBase method)
    {
        var outer = type;
        while (outer.DeclaringType is not null && outer.Name.Contains('<', StringComparison.Ordinal)) outer = outer.DeclaringType;
        var made = SourceName().Match($"{type.Name} {method.Name}");
        return $"{outer.FullName!.Replace('+', '.')}.{(made.Success ? made.Groups[1].Value : method.Name)}";
    }

    [GeneratedRegex("<([^<>]+)>")]
    private static partial Regex SourceName();
}
