using System.Text;
using System.Text.Json;
using Signalbox.Core.Ports;

namespace Signalbox.Platforms.Tests.Webhook;

public class WebhookTests
{
    private static readonly IPlatform Platform = PlatformRegistry.BuiltIn.Find("webhook")!;

    [Fact]
    public void A_signature_is_that_of_the_specifications_own_example()
    {
        var settings = Platform.ReadSettings(
            JsonDocument.Parse("""{"url":"https://a.example/","secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}""").RootElement, null, (_, _) => { })!;

        var request = Platform.Compose(
            ["""{"test": 2432232314}"""u8.ToArray()], settings, "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330));

        Assert.Equal(
            [
                KeyValuePair.Create("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
                KeyValuePair.Create("webhook-timestamp", "1614265330"),
                KeyValuePair.Create("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
            ],
            request.Headers);
    }

    [Theory]
    [InlineData(200, typeof(Verdict.Delivered))]
    [InlineData(204, typeof(Verdict.Delivered))]
    [InlineData(301, typeof(Verdict.Unauthorised))]
    [InlineData(401, typeof(Verdict.Unauthorised))]
    [InlineData(403, typeof(Verdict.Unauthorised))]
    [InlineData(410, typeof(Verdict.Unauthorised))]
    [InlineData(429, typeof(Verdict.Throttled))]
    [InlineData(404, typeof(Verdict.Retry))]
    [InlineData(405, typeof(Verdict.Retry))]
    [InlineData(408, typeof(Verdict.Retry))]
    [InlineData(425, typeof(Verdict.Retry))]
    [InlineData(500, typeof(Verdict.Retry))]
    [InlineData(503, typeof(Verdict.Retry))]
    [InlineData(400, typeof(Verdict.Refused))]
    [InlineData(413, typeof(Verdict.Refused))]
    [InlineData(422, typeof(Verdict.Refused))]
    public void An_answer_means_what_its_status_says(int status, Type expected) => Assert.IsType(expected, Judge(status, null, ""));

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public void A_gateway_that_says_when_to_come_back_holds_the_destination_until_then(int status) =>
        Assert.Equal(new Verdict.Throttled(TimeSpan.FromSeconds(9)), Judge(status, TimeSpan.FromSeconds(9), ""));

    [Fact]
    public void Words_that_are_no_text_do_no_harm()
    {
        var body = new byte[64 * 1024];
        new Random(7).NextBytes(body);

        Assert.True(Platform.Judge(new PlatformAnswer.Answered(500, null, body), 1).Words?.Length <= 300);
    }

    private static Verdict Judge(int status, TimeSpan? retryAfter, string body) =>
        Platform.Judge(new PlatformAnswer.Answered(status, retryAfter, Encoding.UTF8.GetBytes(body)), 1);
}
