using System.Reflection;
using Signalbox.Core.Ports;

namespace Signalbox.Architecture.Tests.Bans;

public sealed class BanTests
{
    public static TheoryData<string> EveryOffence => [.. typeof(Offences).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).Select(method => method.Name)];

    [Fact]
    public void Core_keeps_to_its_scheduler_its_clock_and_its_chance()
    {
        var breaches = Ban.Breaches(CallReader.Of(typeof(IPlatform).Assembly)).ToList();
        Assert.True(breaches.Count == 0, string.Join('\n', breaches));
    }

    [Theory]
    [MemberData(nameof(EveryOffence))]
    public void Each_offence_is_found_where_it_stands_with_what_to_use_instead(string method)
    {
        var place = $"{typeof(Offences).FullName}.{method} ";
        var breach = Ban.Breaches(CallReader.Of(typeof(Offences))).FirstOrDefault(breach => breach.StartsWith(place, StringComparison.Ordinal));
        Assert.NotNull(breach);
        Assert.Contains(". Use ", breach);
    }

    [Fact]
    public void Each_ban_is_broken_by_some_offence()
    {
        var calls = CallReader.Of(typeof(Offences)).ToList();
        Assert.All(Ban.InCore, ban => Assert.Contains(calls, call => ban.Is(call)));
    }

    [Fact]
    public void Words_in_comments_and_strings_and_the_allowed_ways_break_no_ban() => Assert.Empty(Ban.Breaches(CallReader.Of(typeof(Innocents))));
}
