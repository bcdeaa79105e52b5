using Signalbox.Core.Events;

namespace Signalbox.Api.Dialects;

/// <summary>Reads <c>user_data</c>. Unknown fields are left out, for nobody can tell what they hold (I6).</summary>
internal ref struct PersonFields(ConversionEvent e)
{
    private static readonly FieldNames Names = FieldNames.Of<PersonField>("user_data.");

    /// <param name="input">Inside the object.</param>
    public readonly bool Read(ref JsonInput input)
    {
        var person = new Person(e);
        var members = new JsonInput.Members(Names);
        while (members.Next(ref input, out var number, out _))
        {
            if (number < 0)
            {
                input.Skip();
                continue;
            }
            var path = Names.PathOf(number);
            if (!input.Id(path, Person.MaxLengthOf((PersonField)number), out var value)) return false;
            if (value is not null) person.Set((PersonField)number, path, value);
        }
        person.Finish();
        if (members.Others is { } unknown) e.Notes.Add($"{unknown.Count} unknown fields of user_data were left out");
        return input.Fault is null;
    }
}
