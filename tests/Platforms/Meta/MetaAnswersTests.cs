using System.Text;
using Signalbox.Core.Ports;

namespace Signalbox.Platforms.Tests.Meta;

public class MetaAnswersTests
{
    [Theory]
    [InlineData(400, "100", "2804003", typeof(Verdict.Refused))]
    [InlineData(400, "100", "2804009", typeof(Verdict.Refused))]
    [InlineData(400, "100", "2804050", typeof(Verdict.Refused))]
    [InlineData(400, "100", null, typeof(Verdict.Refused))]
    [InlineData(400, "105", null, typeof(Verdict.Refused))]
    [InlineData(400, "100", "33", typeof(Verdict.Unauthorised))]
    [InlineData(400, "190", "463", typeof(Verdict.Unauthorised))]
    [InlineData(500, "190", null, typeof(Verdict.Unauthorised))]
    [InlineData(400, "102", null, typeof(Verdict.Unauthorised))]
    [InlineData(400, "10", null, typeof(Verdict.Unauthorised))]
    [InlineData(400, "3", null, typeof(Verdict.Unauthorised))]
    [InlineData(403, "200", null, typeof(Verdict.Unauthorised))]
    [InlineData(403, "294", null, typeof(Verdict.Unauthorised))]
    [InlineData(400, "2500", null, typeof(Verdict.Unauthorised))]
    [InlineData(400, "4", null, typeof(Verdict.Throttled))]
    [InlineData(400, "17", null, typeof(Verdict.Throttled))]
    [InlineData(400, "32", null, typeof(Verdict.Throttled))]
    [InlineData(400, "613", null, typeof(Verdict.Throttled))]
    [InlineData(400, "80003", null, typeof(Verdict.Throttled))]
    [InlineData(400, "80004", null, typeof(Verdict.Throttled))]
    [InlineData(500, "1", null, typeof(Verdict.Retry))]
    [InlineData(503, "2", null, typeof(Verdict.Retry))]
    [InlineData(400, "341", null, typeof(Verdict.Retry))]
    [InlineData(400, "368", null, typeof(Verdict.Retry))]
    [InlineData(400, "5000", null, typeof(Verdict.Retry))]
    [InlineData(400, "21009", null, typeof(Verdict.Retry))]
    [InlineData(400, "99999", null, typeof(Verdict.Refused))]
    [InlineData(500, "99999", null, typeof(Verdict.Retry))]
    public void An_error_means_what_its_code_says(int status, string code, string? subcode, Type expected)
    {
        var rest = subcode is null ? "" : $",\"error_subcode\":{subcode}";

        Assert.IsType(expected, Judge(status, $"{{\"error\":{{\"message\":\"m\",\"code\":{code}{rest}}}}}"));
    }

    [Fact]
    public void An_unknown_error_that_says_it_is_transient_is_tried_again() =>
        Assert.IsType<Verdict.Retry>(Judge(400, """{"error":{"code":99999,"is_transient":true}}"""));

    [Theory]
    [InlineData(401, typeof(Verdict.Unauthorised))]
    [InlineData(403, typeof(Verdict.Unauthorised))]
    [InlineData(404, typeof(Verdict.Unauthorised))]
    [InlineData(302, typeof(Verdict.Unauthorised))]
    [InlineData(429, typeof(Verdict.Throttled))]
    [InlineData(408, typeof(Verdict.Retry))]
    [InlineData(500, typeof(Verdict.Retry))]
    [InlineData(504, typeof(Verdict.Retry))]
    [InlineData(400, typeof(Verdict.Refused))]
    [InlineData(413, typeof(Verdict.Refused))]
    public void An_answer_without_Metas_error_means_what_its_status_says(int status, Type expected) =>
        Assert.All(
            ["", "<html></html>", "[]", "\"text\"", "{}", "{\"error\":\"text\"}", "{\"error\":{\"code\":\"190\"}}", "{\"error\":{\"code\":1e99}}", "{\"error\":{"],
            body => Assert.IsType(expected, Judge(status, body)));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"events_received\":\"2\"}")]
    [InlineData("{\"events_received\":0}")]
    public void A_success_that_does_not_say_what_was_received_is_tried_again(string body) => Assert.IsType<Verdict.Retry>(Judge(200, body));

    [Fact]
    public void A_success_with_another_number_is_delivered_and_remarked() =>
        Assert.Equal("Meta says that it received 1 of 2 events", Assert.IsType<Verdict.Delivered>(Judge(200, """{"events_received":1}""")).Words);

    [Fact]
    public void A_maintenance_that_says_when_it_ends_holds_the_destination_until_then()
    {
        var answer = new PlatformAnswer.Answered(503, TimeSpan.FromSeconds(30), default);

        Assert.Equal(new Verdict.Throttled(TimeSpan.FromSeconds(30)), PlatformRegistry.BuiltIn.Find("meta")!.Judge(answer, 2));
    }

    [Theory]
    [InlineData("""bad value jane@example.com and +1 650 555 1212""", "bad value [removed] and [removed]")]
    [InlineData("""token EAAGm0PX4ZCpsBAKZCk3Z9VhN7w0ZB is malformed""", "token [removed] is malformed")]
    [InlineData("""hash 62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f""", "hash [removed]")]
    [InlineData("""two\n\t lines\u0000""", "two lines")]
    [InlineData("""\ud800""", null)]
    [InlineData("""  """, null)]
    public void I6_Metas_words_are_kept_without_personal_data_and_secrets(string message, string? expected) =>
        Assert.Equal(expected, Judge(400, $"{{\"error\":{{\"message\":\"{message}\",\"code\":100}}}}").Words);

    [Fact]
    public void Long_words_are_cut()
    {
        var words = Judge(400, $"{{\"error\":{{\"message\":\"{string.Concat(Enumerable.Repeat("oh 😀 ", 5000))}\",\"code\":100}}}}").Words;

        Assert.InRange(words!.Length, 290, 300);
        Assert.EndsWith("…", words, StringComparison.Ordinal);
        Assert.Equal(words, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(words)));
    }

    private static Verdict Judge(int status, string body) =>
        PlatformRegistry.BuiltIn.Find("meta")!.Judge(new PlatformAnswer.Answered(status, null, Encoding.UTF8.GetBytes(body)), 2);
}
