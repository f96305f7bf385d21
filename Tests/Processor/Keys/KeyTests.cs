using System.Collections.Concurrent;
using CloudIa.Processor;
using CloudIa.Processor.Llm;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Processor.Fakes;
using CloudIa.Tests.Processor.Llm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Keys;

public sealed class KeyTests(StandInsFixture standIns) : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogCollector _logs = new();
    private FakeOpenAiServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeOpenAiServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _logs.Dispose();
    }

    [Fact]
    public async Task A_key_in_a_file_that_is_replaced_counts_within_five_seconds()
    {
        var file = Path.Combine(standIns.NewFolder(), "key");
        await File.WriteAllTextAsync(file, "canary-one\n", Token);
        using var models = Models(new LlmOptions { Providers = [Provider(o => o.ApiKeyFile = file)] });
        await AskAsync(models);

        await File.WriteAllTextAsync(file, "canary-two", Token);
        _time.Advance(TimeSpan.FromSeconds(4));
        await AskAsync(models);
        _time.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(models);

        // Taken away: the last one is used on.
        File.Delete(file);
        _time.Advance(TimeSpan.FromMinutes(1));
        await AskAsync(models);

        _server.Requests.Select(x => x.Authorization).ShouldBe(["Bearer canary-one", "Bearer canary-one", "Bearer canary-two", "Bearer canary-two"]);
        _logs.Lines.ShouldContain(x => x.Contains("3301"));
        NoKeyIsLogged();
    }

    [Fact]
    public async Task A_key_that_is_refused_is_looked_for_again_at_once_and_the_call_goes_on_with_the_new_one()
    {
        var file = Path.Combine(standIns.NewFolder(), "key");
        await File.WriteAllTextAsync(file, "canary-one", Token);
        using var models = Models(new LlmOptions { Providers = [Provider(o => o.ApiKeyFile = file)] });
        await AskAsync(models);
        await File.WriteAllTextAsync(file, "canary-two", Token);
        _server.Script(new FakeReply { Status = 401 });

        await AskAsync(models);

        _server.Requests.Select(x => x.Authorization).ShouldBe(["Bearer canary-one", "Bearer canary-one", "Bearer canary-two"]);
    }

    [Fact]
    public async Task A_key_that_is_refused_and_still_the_same_is_not_tried_again()
    {
        var file = Path.Combine(standIns.NewFolder(), "key");
        await File.WriteAllTextAsync(file, "canary-one", Token);
        using var models = Models(new LlmOptions { Providers = [Provider(o => o.ApiKeyFile = file)] });
        _server.Default = new FakeReply { Status = 401 };

        (await Should.ThrowAsync<ModelRefusedException>(() => AskAsync(models))).Kind.ShouldBe(ModelRefusal.Misconfigured);

        _server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("canary with spaces")]
    [InlineData("canary\nlines")]
    [InlineData("canárý")]
    public async Task What_is_no_key_is_sent_to_nobody(string content)
    {
        var file = Path.Combine(standIns.NewFolder(), "key");
        await File.WriteAllTextAsync(file, content, Token);
        using var models = Models(new LlmOptions { Providers = [Provider(o => o.ApiKeyFile = file)] });

        var failure = await Should.ThrowAsync<ModelUnavailableException>(() => AskAsync(models));

        failure.Reason.ShouldBe(ModelFailureReason.KeyUnavailable);
        failure.ToString().ShouldNotContain("canary");
        failure.ToString().ShouldNotContain("canár");
        _server.Requests.ShouldBeEmpty();
        NoKeyIsLogged();
    }

    [Fact]
    public async Task A_key_in_Parameter_Store_is_read_decrypted_again_after_the_interval_and_at_once_when_it_is_refused()
    {
        await using var aws = await FakeParameterStore.StartAsync();
        aws.Value = "canary-one";
        using var models = Models(new LlmOptions
        {
            ParameterStore = new() { ServiceUrl = aws.Url, AccessKey = "local", SecretKey = "local", RefreshInterval = TimeSpan.FromMinutes(5) },
            Providers = [Provider(o => o.ApiKeyParameter = "/cloudia/openai")],
        });
        await AskAsync(models);
        await AskAsync(models);
        aws.Bodies.Count.ShouldBe(1);
        aws.Bodies.ShouldAllBe(x => x.Contains("\"/cloudia/openai\"") && x.Contains("\"WithDecryption\":true"));

        aws.Value = "canary-two";
        _time.Advance(TimeSpan.FromMinutes(5));
        await AskAsync(models);
        aws.Value = "canary-three";
        _time.Advance(TimeSpan.FromSeconds(10));
        _server.Script(new FakeReply { Status = 401 });
        await AskAsync(models);

        // Away: the last one is used on.
        aws.Value = null;
        _time.Advance(TimeSpan.FromMinutes(5));
        await AskAsync(models);

        _server.Requests.Select(x => x.Authorization).ShouldBe(
            ["Bearer canary-one", "Bearer canary-one", "Bearer canary-two", "Bearer canary-two", "Bearer canary-three", "Bearer canary-three"]);
        NoKeyIsLogged();
    }

    private static Task<ChatResponse> AskAsync(ModelCatalog models) => models.Select(null).Client.GetStreamingResponseAsync("hello").ToChatResponseAsync(Token);

    private ModelCatalog Models(LlmOptions options) => ModelRig.Create(options, ModelRig.Board(null, TimeProvider.System), _time, new OneLogger(_logs));

    private LlmProviderOptions Provider(Action<LlmProviderOptions> configure)
    {
        // The clock stands still, so nothing may wait for it.
        var options = new LlmProviderOptions { Type = "openai", BaseUrl = _server.BaseUrl.ToString(), Model = "m", MaxRetries = 0 };
        configure(options);
        return options;
    }

    private void NoKeyIsLogged() => _logs.Lines.Where(x => x.Contains("canary", StringComparison.Ordinal)).ShouldBeEmpty();

    private sealed class OneLogger(LogCollector logs) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => logs;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
            // Nothing is held.
        }
    }

    /// <summary>GetParameter, as AWS's JSON protocol has it.</summary>
    private sealed class FakeParameterStore : IAsyncDisposable
    {
        private readonly WebApplication _app;

        private FakeParameterStore(WebApplication app) => _app = app;

        /// <summary>Null: an error.</summary>
        public string? Value { get; set; }

        public ConcurrentQueue<string> Bodies { get; } = new();

        public string Url => _app.Urls.Single();

        public static async Task<FakeParameterStore> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var store = new FakeParameterStore(builder.Build());
            store._app.MapPost("/", store.AnswerAsync);
            await store._app.StartAsync();
            return store;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private async Task AnswerAsync(HttpContext context)
        {
            using var reader = new StreamReader(context.Request.Body);
            Bodies.Enqueue(await reader.ReadToEndAsync());
            context.Request.Headers["X-Amz-Target"].ToString().ShouldBe("AmazonSSM.GetParameter");
            context.Response.ContentType = "application/x-amz-json-1.1";
            context.Response.StatusCode = Value is null ? 400 : 200;
            await context.Response.WriteAsync(Value is null
                ? """{"__type":"ParameterNotFound","message":"canary"}"""
                : $$$"""{"Parameter":{"Name":"/cloudia/openai","Type":"SecureString","Value":"{{{Value}}}","Version":1}}""");
        }
    }
}
