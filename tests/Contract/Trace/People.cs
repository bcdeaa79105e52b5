namespace Signalbox.Contract.Trace;

/// <summary>A customer of the script, with a browser.</summary>
public sealed record Person(string VisitorId, string Email, string Phone, string FirstName, string LastName, string Address, string UserAgent)
{
    public static IReadOnlyList<Person> All { get; } =
    [
        new("v-jane", "Jane.Doe@Example.com ", "+1 (202) 555-0143", "Jane", "Doe", "203.0.113.7", "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"),
        new("v:bo~2", "bo@example.org", "0049 30 901820", "Bo", "Müller-Lüdenscheidt", "198.51.100.23", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1"),
        new("v_3.x", "li@example.net", "+86 10 5555 0199", "莉", "王", "2001:db8::17", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0"),
        new("v-4", "o'neil@example.com", "(415) 555-2671", "Siobhán", "O'Neil", "192.0.2.44", "curl/8.9"),
        new("v-5", "ana@example.com.br", "+55 11 95555-0100", "Ana", "de Souza", "203.0.113.99", "Mozilla/5.0 (Linux; Android 15) Chrome/130.0"),
    ];
}
