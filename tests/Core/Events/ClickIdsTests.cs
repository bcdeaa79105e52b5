using Signalbox.Core.Events;

namespace Signalbox.Core.Tests.Events;

public class ClickIdsTests
{
    [Fact]
    public void An_fbc_is_built_with_the_time_of_the_click_and_gives_its_click_id_back()
    {
        var fbc = ClickIds.Fbc("IwAR0_aBc-D", DateTimeOffset.FromUnixTimeMilliseconds(1_789_999_000_123));

        Assert.Equal("fb.1.1789999000123.IwAR0_aBc-D", fbc);
        Assert.Equal("IwAR0_aBc-D", ClickIds.FbclidOf(fbc));
    }

    [Fact]
    public void What_Metas_libraries_append_to_an_fbc_is_not_part_of_the_click_id() =>
        Assert.Equal("IwAR0abc", ClickIds.FbclidOf("fb.2.1789999000123.IwAR0abc.AQ"));

    [Theory]
    [InlineData("")]
    [InlineData("IwAR0abc")]
    [InlineData("fb.1.1789999000123.")]
    [InlineData("fb.1.yesterday.IwAR0abc")]
    [InlineData("fb.1.1.2.3.4.5.6")]
    public void What_is_no_fbc_has_no_click_id(string value) => Assert.Null(ClickIds.FbclidOf(value));

    [Fact]
    public void Click_ids_are_read_from_a_pages_query_decoded_and_in_their_own_case()
    {
        var found = ClickIds.Read("https://shop.example/?utm_source=x&fbclid=IwAR0%2DaBc&GCLID=Cj0K&gbraid=0A&wbraid=Cl&ttclid=E.C.P&fbclid=second#gclid=no");

        Assert.Equal(
            [
                (Identifier.Fbclid, "IwAR0-aBc"), (Identifier.Gclid, "Cj0K"), (Identifier.Gbraid, "0A"), (Identifier.Wbraid, "Cl"), (Identifier.Ttclid, "E.C.P"),
            ],
            found);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://shop.example/fbclid=1")]
    [InlineData("https://shop.example/?fbclid=")]
    [InlineData("https://shop.example/?fbclid=undefined&fbclid")]
    [InlineData("https://shop.example/?gclid=jane%40example.com")]
    public void Pages_without_a_usable_click_id_give_none(string? url) => Assert.Empty(ClickIds.Read(url));
}
