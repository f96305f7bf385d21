using System.Collections.Concurrent;
using Amazon.Runtime;

namespace CloudIa.Tests.Transport;

/// <summary>The SDK's way out, with a count of calls by their names.</summary>
internal sealed class CountingHttp : HttpClientFactory
{
    private readonly HttpClient _client;
    private readonly ConcurrentQueue<string> _calls = new();

    public CountingHttp()
        : this(new SocketsHttpHandler())
    {
    }

    public CountingHttp(HttpMessageHandler inner) => _client = new HttpClient(new Counter(this, inner));

    /// <summary>Runs before each call leaves, with its name.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    public int Count(string action) => _calls.Count(x => x == action);

    public IReadOnlyCollection<string> Calls => _calls;

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    private sealed class Counter(CountingHttp owner, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var name = await NameAsync(request);
            owner._calls.Enqueue(name);
            await owner.Before(name);
            return await base.SendAsync(request, cancellationToken);
        }

        // SQS: X-Amz-Target: AmazonSQS.SendMessageBatch. SNS: Action=PublishBatch in the form.
        private static async Task<string> NameAsync(HttpRequestMessage request)
        {
            if (request.Headers.TryGetValues("X-Amz-Target", out var target))
                return target.Single().Split('.')[1];

            var form = request.Content is null ? "" : await request.Content.ReadAsStringAsync(CancellationToken.None);
            return form.Split('&').FirstOrDefault(x => x.StartsWith("Action=", StringComparison.Ordinal))?[7..] ?? "?";
        }
    }
}
