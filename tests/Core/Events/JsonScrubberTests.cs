using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Signalbox.Core.Events;

namespace Signalbox.Core.Tests.Events;

public class JsonScrubberTests
{
    [Theory]
    [InlineData("""{"coupon":"SUMMER","n":1.50,"big":12345678901234567890.123,"ok":true,"no":null,"list":[1,"a",{"b":[]}]}""")]
    [InlineData("""{"path":"a/b","q":"50% off?","time":"2026-07-03T09:41:00Z","ua":"Chrome/120.0.6099.109","order":"16505551212"}""")]
    [InlineData("""{"product_name":"Lamp","name":"Lamp","items":[{"name":"Lamp"}],"städte":"Köln"}""")]
    public void What_is_not_personal_is_copied_as_it_stands(string json) => Assert.Equal(json, Copy(json));

    [Theory]
    [InlineData("""{"a":1,"email":"jane@example.com","Phone_Number":16505551212,"b":2}""", """{"a":1,"b":2}""")]
    [InlineData("""{"FIRST-NAME":"Jane","last name":"Doe","billing_first_name":"J","customerEmail":["x"],"birthday":{"y":1}}""", "{}")]
    [InlineData("""{"customer":{"name":"Jane","tier":"gold"},"shipping":{"name":"J","address1":"Road 1","city":"Sofia"}}""", """{"customer":{"tier":"gold"},"shipping":{"city":"Sofia"}}""")]
    [InlineData("""{"address":"Road 1","billingAddress":{"line1":"Road 1","country":"BG"}}""", """{"billingAddress":{"country":"BG"}}""")]
    [InlineData("""{"jane@example.com":1,"x":2}""", """{"x":2}""")]
    [InlineData("""{"note":"ask jane@example.com or (650) 555-1212"}""", """{"note":"ask [removed] or [removed]"}""")]
    [InlineData("""{"note":"jane\u0040example.com"}""", """{"note":"[removed]"}""")]
    [InlineData("""{"page":"https://shop.example/?email=jane&x=1","deep":[["+1 650 555 1212"]]}""", """{"page":"https://shop.example/?x=1","deep":[["[removed]"]]}""")]
    public void What_is_personal_is_left_out_or_removed(string json, string expected) => Assert.Equal(expected, Copy(json));

    [Theory]
    [InlineData("""{"a":1,"b":{"c":2,"c":3}}""", "b.c")]
    [InlineData("""{"a":1,"\u0061":2}""", "a")]
    [InlineData("""{"items":[{},{"x":[[{"y":1,"y":1}]]}]}""", "items[1].x[0][0].y")]
    public void A_name_that_stands_twice_in_one_object_is_named_by_its_path(string json, string path) => Assert.Equal(path, Fault(json)?.Path);

    [Fact]
    public void Many_names_are_told_apart_and_the_double_one_among_them_is_found()
    {
        var members = string.Join(',', Enumerable.Range(0, 50_000).Select(number => $"\"k{number}\":0"));

        Assert.Null(Fault($"{{{members}}}"));
        Assert.Equal("k49999", Fault($"{{{members},\"k49999\":0}}")?.Path);
    }

    [Theory]
    [InlineData("""{"a":{"b":"\ud800"}}""", "a.b")]
    [InlineData("""{"a":["x","\udc00\ud800"]}""", "a[1]")]
    [InlineData("""{"a":{"\ud800":1}}""", "a.?")]
    public void A_broken_escape_is_a_fault_with_its_path(string json, string path) => Assert.Equal(path, Fault(json)?.Path);

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_a_fault_with_their_path()
    {
        byte[] json = [.. "{\"a\":\""u8, 0xc3, 0x28, .. "\"}"u8];

        Assert.Equal("a", Copy(json, out _)?.Path);
    }

    [Fact]
    public void A_faults_path_shows_nothing_personal() => Assert.DoesNotContain("jane", Fault("""{"jane@example.com":1,"jane@example.com":2}""")!.Value.Path, StringComparison.Ordinal);

    [Fact]
    public void One_member_can_be_copied_by_itself()
    {
        var reader = new Utf8JsonReader("""{"x":{"email":"e","y":[1,2]},"z":1}"""u8);
        var bytes = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(bytes);
        writer.WriteStartObject();
        reader.Read();
        reader.Read();

        Assert.Null(JsonScrubber.CopyMember(ref reader, writer));

        writer.WriteEndObject();
        writer.Flush();
        Assert.Equal("""{"x":{"y":[1,2]}}""", Encoding.UTF8.GetString(bytes.WrittenSpan));
        Assert.True(reader.Read());
        Assert.Equal("z", reader.GetString());
    }

    private static string Copy(string json)
    {
        Assert.Null(Copy(Encoding.UTF8.GetBytes(json), out var copy));
        return copy;
    }

    private static JsonFault? Fault(string json) => Copy(Encoding.UTF8.GetBytes(json), out _);

    private static JsonFault? Copy(byte[] json, out string copy)
    {
        var reader = new Utf8JsonReader(json);
        var bytes = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        reader.Read();
        writer.WriteStartObject();
        var fault = JsonScrubber.CopyMembers(ref reader, writer);
        if (fault is null)
        {
            Assert.Equal(JsonTokenType.EndObject, reader.TokenType);
            writer.WriteEndObject();
            writer.Flush();
        }
        copy = Encoding.UTF8.GetString(bytes.WrittenSpan);
        return fault;
    }
}
