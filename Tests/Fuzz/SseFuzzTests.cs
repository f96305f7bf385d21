using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using CloudIa.Processor;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.Tests.Processor.Llm;
using CsCheck;
using Microsoft.Extensions.AI;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Fuzz;

/// <summary>A model's stream, torn and cut at each byte, through the real SDK.</summary>
public sealed class SseFuzzTests
{
    private const string Answer = "Ray é 日本 🦜 \"q\"\n.";

    private static readonly ChatMessage[] Question = [new(ChatRole.User, "Why is the sky blue?")];

    private static readonly byte[] Stream = Encoding.UTF8.GetBytes(string.Concat(
        Event("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"""),
        Event("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Ray é 日"},"finish_reason":null}]}"""),
        Event("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"本 🦜 \"q\"\n."},"finish_reason":null}]}"""),
        Event("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""),
        Event("[DONE]")));

    [Fact]
    public async Task The_text_is_the_same_wherever_the_stream_is_torn_in_two()
    {
        await using var server = new RawServer();
        for (var at = 1; at < Stream.Length; at++)
        {
            server.Body = [Stream[..at], Stream[at..]];
            (await AskAsync(server)).ShouldBe(Answer, $"torn at byte {at}");
        }
    }

    [Fact]
    public async Task The_text_is_the_same_in_however_many_pieces_it_comes()
    {
        await using var server = new RawServer();
        await Fuzz.EachAsync(Gen.Int[1, Stream.Length - 1].Array[1, 40], 100, async places =>
        {
            int[] cuts = [0, .. places.Distinct().Order(), Stream.Length];
            server.Body = [.. cuts.Zip(cuts.Skip(1), (from, to) => Stream[from..to])];
            (await AskAsync(server)).ShouldBe(Answer);
        });
    }

    [Fact]
    public async Task A_stream_that_ends_early_is_unavailable_or_the_whole_answer()
    {
        var (whole, unavailable) = (0, 0);
        await using var server = new RawServer();
        for (var at = 0; at < Stream.Length; at++)
        {
            server.Body = [Stream[..at]];
            try
            {
                (await AskAsync(server)).ShouldBe(Answer, $"cut at byte {at}");
                whole++;
                at.ShouldBeGreaterThan(Encoding.UTF8.GetString(Stream).IndexOf("stop", StringComparison.Ordinal), "nothing said that it is whole");
            }
            catch (ModelUnavailableException)
            {
                unavailable++;
            }
        }

        Math.Min(whole, unavailable).ShouldBePositive();
    }

    [Fact]
    public async Task A_stream_of_anything_is_an_answer_or_unavailable_or_refused()
    {
        await using var server = new RawServer();
        await Fuzz.EachAsync(Fuzz.Broken(Encoding.UTF8.GetString(Stream)), 300, async bytes =>
        {
            server.Body = [bytes];
            try
            {
                (await AskAsync(server)).ShouldNotBeEmpty();
            }
            catch (Exception exception) when (exception is ModelUnavailableException or ModelRefusedException)
            {
                exception.InnerException.ShouldBeNull("it could quote the answer");
            }
        });
    }

    private static string Event(string data) => $"data: {data}\n\n";

    private static async Task<string> AskAsync(RawServer server)
    {
        var options = new LlmProviderOptions
        {
            Type = "openai",
            BaseUrl = server.BaseUrl,
            ApiKey = "test-key",
            Model = "m",
            MaxRetries = 0,
            RetryDelay = TimeSpan.FromMilliseconds(1),
            MaxRetryDelay = TimeSpan.FromMilliseconds(1),
        };
        using var models = ModelRig.Create(options);
        var answer = await models.Select(null).Client.GetStreamingResponseAsync(Question).ToChatResponseAsync(TestContext.Current.CancellationToken);
        return answer.Text;
    }

    /// <summary>Answers each request with these bytes, each piece in a packet of its own, and closes.</summary>
    private sealed class RawServer : IAsyncDisposable
    {
        private static readonly byte[] Head = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _serving;

        public RawServer()
        {
            _listener.Start();
            BaseUrl = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1");
            _serving = ServeAsync();
        }

        public string BaseUrl { get; }

        public byte[][] Body { get; set; } = [];

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                try
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    client.NoDelay = true;
                    await AnswerAsync(client.GetStream());
                }
                catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
                {
                    return;
                }
                catch (IOException)
                {
                    // The client had enough.
                }
            }
        }

        private async Task AnswerAsync(NetworkStream stream)
        {
            var request = new byte[16 * 1024];
            var length = 0;
            while (!IsWhole(Encoding.UTF8.GetString(request, 0, length)))
            {
                var read = await stream.ReadAsync(request.AsMemory(length));
                if (read == 0)
                    return;
                length += read;
            }

            await stream.WriteAsync(Head);
            foreach (var piece in Body)
            {
                await stream.WriteAsync(piece);
                await Task.Yield();
            }
        }

        private static bool IsWhole(string request)
        {
            var head = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head < 0)
                return false;
            if (request.Contains("chunked", StringComparison.OrdinalIgnoreCase))
                return request.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
            var line = request.Split("\r\n").First(x => x.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
            return request.Length - head - 4 >= int.Parse(line.AsSpan(15), CultureInfo.InvariantCulture);
        }
    }
}
