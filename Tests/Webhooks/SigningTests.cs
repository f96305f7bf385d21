using System.Text;
using CloudIa.Store;
using CloudIa.Webhooks.Signing;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Webhooks;

public sealed class SigningTests
{
    /// <summary>The example that the reference libraries of Standard Webhooks are tested with.</summary>
    [Fact]
    public void The_signature_is_that_of_the_reference_libraries() => WebhookSignature
        .Of(
            [new WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")], "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1_614_265_330),
            Encoding.UTF8.GetBytes("""{"test": 2432232314}"""))
        .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Fact]
    public void Each_secret_signs()
    {
        var (one, other) = (WebhookSecrets.Create(), WebhookSecrets.Create());
        var both = WebhookSignature.Of([one, other], "msg_1", DateTimeOffset.UnixEpoch, "{}"u8);

        both.ShouldBe($"{WebhookSignature.Of([one], "msg_1", DateTimeOffset.UnixEpoch, "{}"u8)} {WebhookSignature.Of([other], "msg_1", DateTimeOffset.UnixEpoch, "{}"u8)}");
    }

    [Fact]
    public void A_secret_has_256_bits_is_never_the_same_and_does_not_print()
    {
        var secret = WebhookSecrets.Create();

        secret.Value.ShouldStartWith("whsec_");
        secret.Key().Length.ShouldBe(32);
        secret.ShouldNotBe(WebhookSecrets.Create());
        $"{secret} {new ReplacedSecret(secret, DateTimeOffset.UnixEpoch)}".ShouldNotContain(secret.Value);
        new WebhookRecord
        {
            WebhookId = Guid.Empty,
            UserId = "ada",
            Url = "https://example.com",
            Secret = secret,
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
        }.ToString().ShouldNotContain(secret.Value);
    }
}
