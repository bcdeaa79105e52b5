using Signalbox.Core.Containers;

namespace Signalbox.Core.Tests.Containers;

public sealed class EventIdsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(123_456_789_012)]
    public void The_routers_id_leads_back_to_its_seq_under_its_own_key_only(long seq)
    {
        using var ids = new EventIds("0123456789abcdef"u8.ToArray());
        using var others = new EventIds("fedcba9876543210"u8.ToArray());
        Assert.Equal(seq, ids.Read(ids.Make(seq)));
        Assert.Null(others.Read(ids.Make(seq)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("evt_")]
    [InlineData("evt_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("evt_00000000000000000000000000000000")]
    [InlineData("order-1")]
    public void Any_other_text_is_no_id_of_the_router(string text)
    {
        using var ids = new EventIds("0123456789abcdef"u8.ToArray());
        Assert.Null(ids.Read(text));
    }

    [Fact]
    public void A_digest_depends_on_every_letter_and_on_the_key_whatever_the_length()
    {
        var keys = new[] { "0123456789abcdef"u8.ToArray(), "0123456789abcdeg"u8.ToArray() };
        var texts = new[] { "a", "b", "A", "ä", "a ", new string('x', 200), new string('x', 201), new string('ä', 4000) };
        var digests = keys.SelectMany(key => texts.Select(text => EventIds.Digest(key, text))).ToList();
        Assert.Equal(digests.Count, digests.Distinct().Count());
    }
}
