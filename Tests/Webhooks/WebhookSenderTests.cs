using System.Net;
using System.Net.Sockets;
using CloudIa.Store;
using CloudIa.Webhooks.Sending;
using CloudIa.Webhooks.Signing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Webhooks;

public sealed class WebhookSenderTests : IAsyncLifetime
{
    private static readonly byte[] Body = """{"type":"message.completed","data":{"content":"ação 🦜"}}"""u8.ToArray();

    private readonly ServiceProvider _services = WebhookRig.Services(Environments.Development, ("Timeout", "00:00:30"));
    private Receiver _receiver = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _receiver = await Receiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_request_has_the_form_of_Standard_Webhooks()
    {
        var webhook = WebhookRig.Webhook(_receiver.Url);
        var before = TimeProvider.System.GetUtcNow();

        var answer = await SendAsync(webhook);

        (answer.IsDelivered, answer.Status).ShouldBe((true, 200));
        var received = _receiver.All.ShouldHaveSingleItem();
        received.Method.ShouldBe("POST");
        received.Path.ShouldBe("/hook?key=a-secret-of-the-user");
        received.Body.ShouldBe(Body);
        received.Id.ShouldBe("msg_1");
        received.IsSignedWith(webhook.Secret.Value).ShouldBeTrue();
        received.IsSignedWith(WebhookSecrets.Create().Value).ShouldBeFalse();
        received.Timestamp.ShouldBeGreaterThan(before.AddSeconds(-1));
        received.Headers["content-type"].ShouldBe("application/json");
        received.Headers["user-agent"].ShouldBe("CloudIa-Webhooks/1");
        received.Headers.Keys.ShouldNotContain("traceparent");
    }

    [Fact]
    public async Task A_secret_that_was_replaced_signs_until_its_time_is_over()
    {
        var now = TimeProvider.System.GetUtcNow();
        var (old, older) = (WebhookSecrets.Create(), WebhookSecrets.Create());
        var webhook = WebhookRig.Webhook(_receiver.Url) with { Replaced = [new(old, now.AddHours(1)), new(older, now.AddSeconds(-1))] };

        await SendAsync(webhook);

        var received = _receiver.All.ShouldHaveSingleItem();
        received.IsSignedWith(webhook.Secret.Value).ShouldBeTrue();
        received.IsSignedWith(old.Value).ShouldBeTrue();
        received.IsSignedWith(older.Value).ShouldBeFalse();
    }

    [Theory]
    [InlineData(204, null)]
    [InlineData(299, null)]
    [InlineData(302, "http_status")]
    [InlineData(404, "http_status")]
    [InlineData(410, "http_status")]
    [InlineData(500, "http_status")]
    public async Task Only_2xx_is_success(int status, string? failure)
    {
        _receiver.Answer(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });

        var answer = await SendAsync(WebhookRig.Webhook(_receiver.Url));

        answer.ShouldBe(new WebhookAnswer(status, failure));
        _receiver.All.Count.ShouldBe(1, "a redirect is not followed");
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("soon", null)]
    [InlineData("-5", null)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", null)]
    public async Task Retry_After_is_read(string header, int? seconds)
    {
        _receiver.Answer(context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = header;
            return Task.CompletedTask;
        });

        (await SendAsync(WebhookRig.Webhook(_receiver.Url))).RetryAfter.ShouldBe(seconds is { } value ? TimeSpan.FromSeconds(value) : null);
    }

    [Fact]
    public async Task A_body_without_an_end_is_not_waited_for()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _receiver.Answer(async context =>
        {
            try
            {
                while (true)
                    await context.Response.Body.WriteAsync(new byte[16 * 1024], context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                gone.SetResult();
            }
        });

        (await SendAsync(WebhookRig.Webhook(_receiver.Url))).IsDelivered.ShouldBeTrue();
        await gone.Task.WaitAsync(TimeSpan.FromMinutes(1), Token);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_in_time_is_a_timeout()
    {
        await using var hasty = WebhookRig.Services(Environments.Development, ("Timeout", "00:00:00.2"));
        _receiver.Answer(context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));

        var answer = await hasty.GetRequiredService<WebhookSender>().SendAsync(WebhookRig.Webhook(_receiver.Url), "msg_1", Body, Token);

        answer.ShouldBe(new WebhookAnswer(null, WebhookFailures.Timeout));
    }

    [Fact]
    public async Task A_caller_that_stops_is_no_timeout()
    {
        using var stop = new CancellationTokenSource();
        _receiver.Answer(async context =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        });

        await Should.ThrowAsync<OperationCanceledException>(
            () => _services.GetRequiredService<WebhookSender>().SendAsync(WebhookRig.Webhook(_receiver.Url), "msg_1", Body, stop.Token));
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("https://127.0.0.1:{0}/")]
    [InlineData("http://nowhere.invalid/")]
    public async Task What_cannot_be_reached_is_no_connection(string url)
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();

        var answer = await SendAsync(WebhookRig.Webhook(new Uri(string.Format(System.Globalization.CultureInfo.InvariantCulture, url, port))));

        answer.ShouldBe(new WebhookAnswer(null, WebhookFailures.NoConnection));
    }

    [Fact]
    public async Task A_receiver_without_TLS_is_no_connection() =>
        (await SendAsync(WebhookRig.Webhook(new UriBuilder(_receiver.Url) { Scheme = "https" }.Uri))).ShouldBe(new WebhookAnswer(null, WebhookFailures.NoConnection));

    /// <summary>Whatever a name led to when the webhook was made, it is looked at where the connection is made.</summary>
    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task Outside_Development_ones_own_network_is_not_called_whatever_name_it_has(string host)
    {
        await using var production = WebhookRig.Services(Environments.Production);
        var url = new UriBuilder(_receiver.Url) { Host = host }.Uri;

        var answer = await production.GetRequiredService<WebhookSender>().SendAsync(WebhookRig.Webhook(url), "msg_1", Body, Token);

        answer.ShouldBe(new WebhookAnswer(null, WebhookFailures.AddressRefused));
        _receiver.All.ShouldBeEmpty();
    }

    private Task<WebhookAnswer> SendAsync(WebhookRecord webhook) => _services.GetRequiredService<WebhookSender>().SendAsync(webhook, "msg_1", Body, Token);
}
