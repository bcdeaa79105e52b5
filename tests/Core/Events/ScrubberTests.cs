using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Signalbox.Core.Events;

namespace Signalbox.Core.Tests.Events;

public class ScrubberTests
{
    [Theory]
    [InlineData("write to jane.doe+shop@mail.example.com, please", "write to [removed], please")]
    [InlineData("<jane@example.com>;bob@example.org.", "<[removed]>;[removed].")]
    [InlineData("jane%40example.com and jane%2540example.com", "[removed] and [removed]")]
    [InlineData("jörg@müller.example", "[removed]")]
    [InlineData("call +1 650 555 1212 now", "call [removed] now")]
    [InlineData("tel:+359881234567", "tel:[removed]")]
    [InlineData("(650) 555-1212 or 650-555-1212 or 1-650-555-1212", "[removed] or [removed] or [removed]")]
    [InlineData("London 020 7946 0958, Paris 06.12.34.56.78", "London [removed], Paris [removed]")]
    public void Emails_and_written_phone_numbers_are_taken_out_of_text(string text, string expected) => Assert.Equal(expected, Scrubber.Text(text));

    [Theory]
    [InlineData("")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.6099.109 Safari/537.36")]
    [InlineData("Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UQ1A.240205.004) [FBAN/FB4A;FBAV/441.0.0.26.104;FBBV/546732114;FBDM/{density=2.75}]")]
    [InlineData("compatible; Googlebot/2.1; +http://www.google.com/bot.html")]
    [InlineData("order 16505551212 at 1790000000123")]
    [InlineData("2026-07-03 09:41:00 +0200 and 03.07.2026 09:41")]
    [InlineData("192.168.100.123 2001:db8::1 0.123456789 -0.1234567")]
    [InlineData("fb.1.1790000000123.1098115397 GA1.1.1098115397.1790000000")]
    [InlineData("@mention, left-pad@1.3.0, a @ b, 50% off")]
    public void Versions_times_addresses_and_bare_numbers_stay(string text) => Assert.Same(text, Scrubber.Text(text));

    [Theory]
    [InlineData("jane@example.com")]
    [InlineData("order-jane@example.com-7")]
    [InlineData("+16505551212")]
    [InlineData("(650) 555-1212")]
    public void An_id_that_is_personal_becomes_its_hash(string id) =>
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id))), Scrubber.Id(id));

    [Theory]
    [InlineData("ORD-10023")]
    [InlineData("16505551212")]
    [InlineData("2026-0703-1234")]
    [InlineData("7c9e6679-7425-40de-944b-e07fc1f90ae7")]
    [InlineData("100-200-3000")]
    public void Other_ids_stay(string id) => Assert.Same(id, Scrubber.Id(id));

    [Theory]
    [InlineData("https://shop.example/thanks?order=1&email=jane%40example.com&x=2", "https://shop.example/thanks?order=1&x=2")]
    [InlineData("https://shop.example/?u=jane%2540example.com&a=b", "https://shop.example/?a=b")]
    [InlineData("https://shop.example/?tel=16505551212&FirstName=Jane&user[last_name]=Doe&name=Jane&address1=x&p=1", "https://shop.example/?p=1")]
    [InlineData("https://shop.example/?p=%2B1+650+555+1212", "https://shop.example/")]
    [InlineData("https://shop.example/?p=+16505551212&q=red+7+shoes", "https://shop.example/?q=red+7+shoes")]
    [InlineData("https://jane:secret@shop.example/a", "https://shop.example/a")]
    [InlineData("https://shop.example/u/jane%40example.com/orders", "https://shop.example/u/removed/orders")]
    [InlineData("https://shop.example/#/reset?email=x&step=2", "https://shop.example/#/reset?step=2")]
    [InlineData("https://shop.example/a?b=1#access=1&e-mail=jane", "https://shop.example/a?b=1#access=1")]
    [InlineData("/thanks?first_name=Jane&id=7", "/thanks?id=7")]
    [InlineData("mailto:jane@example.com", "mailto:[removed]")]
    public void What_is_personal_leaves_a_url(string url, string expected) => Assert.Equal(expected, Scrubber.Url(url));

    [Theory]
    [InlineData("https://shop.example")]
    [InlineData("https://shop.example/?")]
    [InlineData("https://shop.example/a//b/?x&y=&z==#top")]
    [InlineData("https://shop.example/?fbclid=IwAR0%2daBc+_-~&gclid=650-555-1212&utm_source=%C3%A9")]
    [InlineData("https://shop.example/?product_name=Lamp&event_name=x&ip_address=1&order=16505551212")]
    [InlineData("android-app://com.example.shop/path")]
    [InlineData("https://social.example/@jane")]
    public void The_rest_of_a_url_stays_byte_for_byte(string url) => Assert.Same(url, Scrubber.Url(url));

    [Theory]
    [InlineData("@")]
    [InlineData("a@")]
    [InlineData("a@a")]
    [InlineData("%40")]
    [InlineData("a%40")]
    [InlineData("%2525")]
    [InlineData("+")]
    [InlineData("0 ")]
    [InlineData("((")]
    [InlineData("+1 ")]
    [InlineData("a.")]
    [InlineData("\ud800")]
    [InlineData("&%40=")]
    public void Hostile_input_takes_linear_time(string unit)
    {
        var hostile = string.Concat(Enumerable.Repeat(unit, 500_000 / unit.Length));
        var clock = Stopwatch.StartNew();

        _ = Scrubber.Text(hostile);
        _ = Scrubber.Id(hostile);
        _ = Scrubber.Url("https://a/" + hostile);
        _ = Scrubber.Url("https://a/?x=" + hostile + "#" + hostile);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"took {clock.Elapsed}");
    }
}
