using System.Reflection;

namespace Signalbox.Architecture.Tests.Bans;

/// <summary>One use of a member in compiled code.</summary>
/// <param name="From">Type and method that use it, as in the source.</param>
/// <param name="Member">A method, a property's accessor or a constructor.</param>
/// <param name="Constant">The number that was loaded just before, mostly the last argument; null when there was none.</param>
internal sealed record Call(string From, MethodBase Member, int? Constant)
{
    private string Name => Member.IsConstructor ? "new" : Member.Name[(Member.Name.StartsWith("get_", StringComparison.Ordinal) ? 4 : 0)..];

    /// <summary>Whether it is one of the members named, of this type or one derived from it; of all when none is named. <c>new</c> names constructors.</summary>
    public bool Is(Type type, params string[] members) => type.IsAssignableFrom(Member.DeclaringType) && (members.Length == 0 || members.Contains(Name));

    /// <summary>Whether some argument is of this type.</summary>
    public bool Takes<T>() => Member.GetParameters().Any(parameter => parameter.ParameterType == typeof(T));

    /// <summary>Whether the last argument is a constant that has all of these bits.</summary>
    public bool EndsWithFlag(int flag) => Constant is { } constant && (constant & flag) == flag;

    public override string ToString() => $"{From} uses {(Member.IsConstructor ? $"new {Member.DeclaringType!.Name}" : $"{Member.DeclaringType!.Name}.{Name}")}";
}
