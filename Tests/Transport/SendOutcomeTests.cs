using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.Runtime;
using Amazon.SQS;
using CloudIa.Transport.Connection;
using CloudIa.Transport.Hosting;
using CloudIa.Transport.Sending;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport;

/// <summary>Whether a message whose send failed may be in its queue: over real sockets, and through the SDK's own repetitions.</summary>
public sealed class SendOutcomeTests
{
    private const string Throttled = """{"__type":"com.amazonaws.sqs#RequestThrottled","message":"slower"}""";
    private const string Unwell = """{"__type":"com.amazonaws.sqs#InternalFailure","message":"try again"}""";
    private const string EntryRefused = """{"Successful":[],"Failed":[{"Id":"0","Code":"InternalError","Message":"try again","SenderFault":false}]}""";

    [Theory]
    [InlineData(new string[0], false)]
    [InlineData(new[] { "cut" }, true)]
    [InlineData(new[] { "cut", "cut", "cut" }, true)]
    [InlineData(new[] { "400", "400", "400" }, false)]
    [InlineData(new[] { "500", "500", "500" }, true)]
    [InlineData(new[] { "half" }, true)]
    [InlineData(new[] { "cut", "400", "400" }, true)]
    [InlineData(new[] { "400" }, false)]
    public async Task A_send_that_fails_says_whether_its_message_may_be_there(string[] answers, bool mayBeSent)
    {
        await using var sqs = new Server(answers);

        var failure = await Should.ThrowAsync<AmazonSqsConnectionException>(sqs.SendAsync());

        failure.MayBeSent.ShouldBe(mayBeSent);
        sqs.Answered.ShouldBe(answers.Length, "the case is what its name says");
    }

    [Theory]
    [InlineData(new[] { "refused" }, false)]
    [InlineData(new[] { "cut", "refused" }, true)]
    [InlineData(new[] { "half", "refused" }, true)]
    [InlineData(new[] { "400", "refused" }, false)]
    [InlineData(new[] { "left out" }, true)]
    public async Task An_entry_that_is_not_taken_says_what_the_tries_before_it_may_have_done(string[] answers, bool mayBeSent)
    {
        await using var sqs = new Server(answers);

        var outcome = (await sqs.SendAsync()).ShouldHaveSingleItem();

        outcome.ShouldBeOfType<AmazonSqsTransportException>().MayBeSent.ShouldBe(mayBeSent);
        sqs.Answered.ShouldBe(answers.Length);
    }

    [Fact]
    public async Task A_send_through_another_ones_HTTP_client_may_always_be_there()
    {
        await using var sqs = new Server([]);

        (await Should.ThrowAsync<AmazonSqsConnectionException>(sqs.SendAsync(new CountingHttp(new SocketsHttpHandler())))).MayBeSent.ShouldBeTrue();
    }

    /// <summary>SQS, with one answer for each connection. After the last one nobody listens.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Uri _address;
        private readonly Task _serving;

        public Server(IReadOnlyList<string> answers)
        {
            _listener.Start();
            _address = new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
            _serving = ServeAsync(answers);
        }

        public int Answered { get; private set; }

        public async Task<IReadOnlyList<Exception?>> SendAsync(HttpClientFactory? http = null)
        {
            var host = new SqsHostSettings(new Uri("amazonsqs://us-east-1"));
            host.Config(new AmazonSQSConfig { ServiceURL = _address.ToString(), AuthenticationRegion = "us-east-1", HttpClientFactory = http });
            using var client = new AmazonSQSClient(new BasicAWSCredentials("a", "b"), ClientConfigs.ForSends(host));
            return await SqsBatches.SendAsync(client, "q", $"{_address}1/q", [new OutgoingMessage("hello", new Dictionary<string, string>())]);
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await _serving;
        }

        private async Task ServeAsync(IReadOnlyList<string> answers)
        {
            foreach (var answer in answers)
            {
                using var socket = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
                await using var stream = new NetworkStream(socket);
                // Nobody can connect any more when the last one has its answer.
                if (++Answered == answers.Count)
                    _listener.Stop();
                await ReadAsync(stream);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer switch
                {
                    "400" => Response(400, Throttled),
                    "500" => Response(500, Unwell),
                    "refused" => Response(200, EntryRefused),
                    "left out" => Response(200, "{}"),
                    "half" => Response(200, EntryRefused)[..^10],
                    _ => "",
                }));
            }

            _listener.Stop();
        }

        private static string Response(int status, string body) =>
            $"HTTP/1.1 {status} Status\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

        private static async Task ReadAsync(NetworkStream stream)
        {
            var text = new StringBuilder();
            var buffer = new byte[16 * 1024];
            while (true)
            {
                var read = await stream.ReadAsync(buffer);
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
                var request = text.ToString();
                if (read == 0 || (request.IndexOf("\r\n\r\n", StringComparison.Ordinal) is var end and > 0 && request.Length >= end + 4 + Length(request)))
                    return;
            }
        }

        private static int Length(string request)
        {
            const string Name = "Content-Length: ";
            var from = request.IndexOf(Name, StringComparison.OrdinalIgnoreCase) + Name.Length;
            return int.Parse(request.AsSpan(from, request.IndexOf('\r', from) - from), System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
