using System.Collections;

namespace Signalbox.Core.Events;

/// <summary>One identifier's value with where it came from.</summary>
public readonly record struct IdentifierValue(Identifier Kind, Origin Origin, string Value);

/// <summary>The identifiers of one event, in the order in which they were learned: at most one value of each kind, the first one stays.</summary>
public sealed class Identifiers : IEnumerable<IdentifierValue>
{
    private readonly List<IdentifierValue> values = new(12);

    public int Count => values.Count;

    public string? this[Identifier kind]
    {
        get
        {
            foreach (var value in values)
            {
                if (value.Kind == kind) return value.Value;
            }
            return null;
        }
    }

    /// <summary>Adds a value unless one of this kind is there already, so that what is added first wins (I5).</summary>
    /// <returns>Whether it was added.</returns>
    public bool TryAdd(Identifier kind, string? value, Origin origin)
    {
        if (string.IsNullOrEmpty(value) || this[kind] is not null) return false;
        values.Add(new IdentifierValue(kind, origin, value));
        return true;
    }

    public List<IdentifierValue>.Enumerator GetEnumerator() => values.GetEnumerator();

    IEnumerator<IdentifierValue> IEnumerable<IdentifierValue>.GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => values.GetEnumerator();
}
