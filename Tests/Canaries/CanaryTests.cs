using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Local.StandIns;
using CloudIa.Store;
using CloudIa.Store.Tables;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Login;
using CloudIa.Tests.Webhooks;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.Canaries;

/// <summary>
/// The whole system, with a canary in all that is a user's or lets somebody in, and everything that leaves the processes searched for it. What a user says and
/// is answered is looked for nowhere but where it belongs: in the user's own answers.
/// </summary>
public sealed class CanaryTests(StandInsFixture standIns) : IAsyncLifetime
{
    private readonly Outputs _outputs = new();
    private readonly OwnStandIns _own = new(standIns);
    private readonly Canary _prompt = Canary.New("prompt");
    private readonly Canary _given = Canary.New("given");
    private readonly Canary _system = Canary.New("system-prompt");
    private readonly Canary _deployment = Canary.New("deployment-prompt");
    private readonly Canary _title = Canary.New("title");
    private readonly Canary _answer = Canary.New("answer");
    private readonly Canary _provider = Canary.New("provider-key");
    private readonly Canary _idempotency = Canary.New("idempotency-key");
    private readonly Canary _hook = Canary.New("hook-address");
    private readonly Canary _user = Canary.New("user");
    private readonly Canary _others = Canary.New("others-words");
    private readonly Canary _database = Canary.New("database-key");
    private readonly List<Canary> _secrets = [];
    private TestAuthority _authority = null!;
    private FakeOpenAiServer _model = null!;
    private QueueTap _queues = null!;
    private QueueTap _table = null!;
    private ApiGatewayStandIn _gateway = null!;
    private CanarySystem _services = null!;
    private HttpClient _ana = null!;
    private string _token = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Canary[] All => [_prompt, _given, _system, _deployment, _title, _answer, _provider, _idempotency, _hook, _others, _database, .. _secrets];

    /// <summary>What no user gets, whosever it is. A token and a ticket are answered by those who gave them out, and a hook's address is its owner's.</summary>
    private Canary[] Secrets => [_provider, _database, _deployment, .. _secrets];

    public async ValueTask InitializeAsync()
    {
        (_authority, _model) = (await TestAuthority.StartAsync(), await FakeOpenAiServer.StartAsync());
        _model.Default = new FakeReply { Text = $"So it is: {_answer.Text}." };
        var (sqs, redis) = (await _own.SqsAsync(), await _own.GarnetAsync());
        _queues = await QueueTap.StartAsync(sqs.ServiceUrl, _outputs);
        _table = await QueueTap.StartAsync(await standIns.DynamoDbUrl(), _outputs);
        _gateway = await ApiGatewayStandIn.StartAsync(new(), Token);
        var settings = new Dictionary<string, string?>(_gateway.Values)
        {
            ["Login:Authority"] = _authority.Issuer,
            ["Login:Audiences:0"] = LoginHosts.Audience,
            ["Login:AuthorityTimeout"] = "00:01:00",
            ["Messaging:ServiceUrl"] = _queues.Address.ToString(),
            ["Messaging:AccessKey"] = StandInsFixture.Key,
            ["Messaging:SecretKey"] = StandInsFixture.Key,
            ["Messaging:WaitTimeSeconds"] = "1",
            ["Store:ServiceUrl"] = _table.Address.ToString(),
            ["Store:AccessKey"] = StandInsFixture.Key,
            ["Store:SecretKey"] = _database.Text,
            ["Store:TableName"] = standIns.UniqueName("table"),
            ["Redis:ConnectionString"] = redis.ConnectionString,
            ["Limits:RequestsPerMinute"] = "60",
            ["Erasure:Interval"] = "00:00:00.100",
            ["Erasure:Grace"] = "00:00:01",
            ["Llm:SystemPrompt"] = _deployment.Text,
            ["Llm:Providers:0:Type"] = "openai",
            ["Llm:Providers:0:BaseUrl"] = _model.BaseUrl.ToString(),
            ["Llm:Providers:0:ApiKey"] = _provider.Text,
            ["Llm:Providers:0:Model"] = "fake-model",
            ["Llm:Providers:0:MaxRetries"] = "1",
            ["Llm:Providers:0:RetryDelay"] = "00:00:00.01",
            ["Llm:Providers:0:BreakerMinimumTries"] = "1000",
            ["Processor:RetryLimit"] = "1",
            ["Processor:RetryDelay"] = "00:00:00.01",
            ["Processor:RedeliveryLimit"] = "0",
            ["Webhooks:RetrySchedule:0"] = "00:00:01",
        };
        _services = await CanarySystem.StartAsync(settings, _outputs);
        _gateway.Targets = [_services.Notifier];
        _token = _authority.Token(_user.Text);
        _secrets.Add(new("token's claims", _token.Split('.')[1]));
        _ana = Client(_token);
    }

    public async ValueTask DisposeAsync()
    {
        _ana?.Dispose();
        await _services.DisposeAsync();
        await _gateway.DisposeAsync();
        await _queues.DisposeAsync();
        await _table.DisposeAsync();
        await _model.DisposeAsync();
        await _authority.DisposeAsync();
        await _own.DisposeAsync();
        _outputs.Dispose();
    }

    [Fact]
    public async Task Nothing_that_is_a_users_or_lets_somebody_in_leaves_by_any_other_way_than_the_users_own_answer()
    {
        await using var well = await Receiver.StartAsync();
        await using var failing = await Receiver.StartAsync();
        failing.Answer(500);
        await RegisterAsync(well);
        await RegisterAsync(failing);

        await ListenAndCompleteAsync();
        await FailAsync();
        await CancelAsync();
        await GiveUpAsync();
        await DoorAsync();
        await RefuseAsync();
        await ForbidAsync();
        await BreakAsync();
        await Eventually.Is(() => well.All.Count > 2 && failing.All.Count > 2, "webhooks are told");
        well.All.ShouldContain(x => _answer.IsIn(x.Text));
        foreach (var told in well.All.Concat(failing.All))
            _outputs.Add(OutputKind.Answer, told.Text);
        var redis = _services.Api.Services.GetRequiredService<IConnectionMultiplexer>();
        await _outputs.AddRedisAsync(redis);
        await TakeAwayAsync();
        await _outputs.AddRedisAsync(redis);
        foreach (var address in _services.Addresses)
        {
            using var http = new HttpClient { BaseAddress = address };
            foreach (var path in new[] { "/health/live", "/health/ready" })
                await _outputs.AddAsync(OutputKind.Health, await http.GetAsync(path, Token), Token);
        }

        _outputs.All.Select(x => x.Kind).Distinct().Order().ShouldBe(Enum.GetValues<OutputKind>());
        _outputs.All.ShouldContain(x => x.Kind == OutputKind.DeadLetter && x.Text.Contains("invoke-llm_error") && x.Text.Contains("MT-Fault-Message"));
        OutputKind[] withWords = [OutputKind.RedisWords, OutputKind.Answer, OutputKind.Export];
        OutputKind[] withoutUsers = [OutputKind.Log, OutputKind.Metric, OutputKind.Activity, OutputKind.Attribute, OutputKind.Problem, OutputKind.Health, OutputKind.RedisKey];
        string[] found =
        [
            .. _outputs.Find(All, [.. Enum.GetValues<OutputKind>().Except(withWords)]), .. _outputs.Find(Secrets, withWords),
            .. _outputs.Find([_others], OutputKind.Export), .. _outputs.Find([_user], withoutUsers),
        ];
        found.ShouldBeEmpty();
    }

    /// <summary>A chat with a system prompt and a title, followed over every wire.</summary>
    private async Task ListenAndCompleteAsync()
    {
        var key = (await JsonAsync(await _ana.PostAsJsonAsync("/me/keys", new { name = "laptop" }, Token))).GetProperty("key").GetString()!;
        _secrets.Add(new("API key", key[^43..]));
        using var socket = await TicketTests.ConnectAsync(_services.Notifier, $"ticket={await TicketAsync()}");
        await socket.ReadStatusAsync("connected");
        using var overGateway = new System.Net.WebSockets.ClientWebSocket();
        await overGateway.ConnectAsync(new Uri($"{_gateway.Address}?ticket={await TicketAsync()}"), Token);
        await using var hub = new HubConnectionBuilder().WithUrl(new Uri(_services.Notifier, $"/hub?access_token={_token}")).Build();
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.On<JsonElement>("OnEvent", x => _outputs.Add(OutputKind.Answer, x.ToString()));
        hub.On<JsonElement>("OnEvent", x => _ = _answer.IsIn(x.ToString()) && heard.TrySetResult());
        await hub.StartAsync(Token);

        using var program = Client(key);
        var job = await PostAsync(program, new { message = _prompt.Text, systemPrompt = _system.Text }, _idempotency.Text);
        await EndsAsync(job, "completed");
        await heard.Task.WaitAsync(Token);
        string frame;
        do
        {
            frame = await socket.ReadTextAsync() ?? throw new InvalidOperationException("The server closed.");
            _outputs.Add(OutputKind.Answer, frame);
        }
        while (!frame.Contains("message_completed", StringComparison.Ordinal));
        await GatewayHeardAsync(overGateway);
        _answer.IsIn(await EventsAsync(job)).ShouldBeTrue();
        var asked = _model.Requests[0].Messages.Select(x => x.Content).ToList();
        asked.ShouldContain(x => _system.IsIn(x!) && _deployment.IsIn(x!));
        asked.ShouldContain(_prompt.Text);
        (await _ana.PatchAsJsonAsync($"/chats/{job.GetProperty("chatId").GetGuid()}", new { title = _title.Text }, Token)).StatusCode.ShouldBe(HttpStatusCode.OK);

        // Another body under the same key.
        await RefusedAsync(422, program, "/chat", Json(new { message = _prompt.Text + "!" }), _idempotency.Text);
    }

    /// <summary>A model that refuses, and one that fails; both say what they were asked.</summary>
    private async Task FailAsync()
    {
        var said = $"I was asked {_prompt.Text} with {_provider.Text} and nearly said {_answer.Text}";
        _model.Script(new FakeReply { Status = 400, ErrorMessage = said, ErrorCode = _prompt.Text });
        var refused = await PostAsync(_ana, new { message = _prompt.Text });
        await EndsAsync(refused, "failed");
        await EventsAsync(refused);
        var whole = _model.Default;
        _model.Default = new FakeReply { Status = 500, ErrorMessage = said, ErrorCode = _prompt.Text };
        var failed = await PostAsync(_ana, new { message = _prompt.Text });
        await EndsAsync(failed, "failed");
        (await EventsAsync(failed)).ShouldContain("\"event\":\"error\"");
        _model.Default = whole;
    }

    private async Task CancelAsync()
    {
        _model.Default = _model.Default with { StallAfter = 8 };
        var job = await PostAsync(_ana, new { message = _prompt.Text });
        await Eventually.Is(async () => (await _ana.GetStringAsync($"/chat/jobs/{Id(job)}", Token)).Contains("invoking", StringComparison.Ordinal), "it is asked");
        (await _ana.PostAsync($"/chat/jobs/{Id(job)}/cancel", null, Token)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await EndsAsync(job, "cancelled");
        _model.Default = _model.Default with { StallAfter = null };
        (await _ana.PostAsync($"/chat/jobs/{Id(job)}/retry", null, Token)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await EndsAsync(job, "completed");
    }

    /// <summary>A consumer that throws while it reads what a user said: the row's conversation is no JSON any more.</summary>
    private async Task GiveUpAsync()
    {
        _model.Default = _model.Default with { Status = 401, ErrorMessage = _given.Text };
        using var answer = await _ana.PostAsJsonAsync("/v1/chat/completions", Completion(), Token);
        await _outputs.AddAsync(OutputKind.Problem, answer, Token);
        _model.Default = _model.Default with { Status = 200 };
        var jobId = Guid.Parse(answer.Headers.GetValues("x-cloudia-job-id").Single());
        await Eventually.Is(async () => (await StatusAsync(jobId)) == "failed", "the job failed");
        await _services.Api.Services.GetRequiredService<IAmazonDynamoDB>().UpdateItemAsync(
            new UpdateItemRequest
            {
                TableName = _services.Api.Services.GetRequiredService<IOptions<StoreOptions>>().Value.TableName,
                Key = Keys.Job(jobId),
                UpdateExpression = "SET conversation = :c",
                ExpressionAttributeValues = new() { [":c"] = new($"{{\"messages\":[{{\"{_given.Text}\":t{_given.Text}") },
            },
            Token);

        (await _ana.PostAsync($"/chat/jobs/{jobId}/retry", null, Token)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await Eventually.Is(async () => (await StatusAsync(jobId)) == "failed", "the job failed again", seconds: 120);
        var failures = _services.Api.Services.GetRequiredService<IFailureStore>();
        await Eventually.Is(async () => (await failures.ListOfJobAsync(jobId, Token)).Any(), "the dead letter is recorded");
        foreach (var failure in await failures.ListOfJobAsync(jobId, Token))
            _outputs.Add(OutputKind.DeadLetter, $"{failure} {failure.Body}");
    }

    private async Task DoorAsync()
    {
        using var whole = await _ana.PostAsJsonAsync("/v1/chat/completions", Completion(), Token);
        _answer.IsIn(await whole.Content.ReadAsStringAsync(Token)).ShouldBeTrue();
        await _outputs.AddAsync(OutputKind.Answer, whole, Token);
        using var response = await _ana.PostAsJsonAsync("/v1/responses", new { model = "fake-model", input = _given.Text, instructions = _system.Text, stream = true }, Token);
        _answer.IsIn(await response.Content.ReadAsStringAsync(Token)).ShouldBeTrue();
        await _outputs.AddAsync(OutputKind.Answer, response, Token);
        _model.Requests.ShouldContain(x => x.Messages.Any(m => _given.IsIn(m.Content!)));
    }

    private async Task RefuseAsync()
    {
        var said = _prompt.Text;
        foreach (var body in new HttpContent[]
        {
            Json(new { message = new { said } }), Json(new { message = new[] { said } }), Json(new { message = "hello", chatId = said }), Json(new { message = "hello", onBusy = said }), Json(new { message = "hello", model = said + " " }),
            Json(new { message = "hello", sessionId = said + " " }), Json(new { message = "", systemPrompt = new[] { said } }), Text($"{{\"message\":t{said}", "application/json"), Text(said, "application/json"), Text($"\"{said}\"", "application/json"),
        })
            await RefusedAsync(400, _ana, "/chat", body);
        foreach (var body in new HttpContent[]
        {
            Json(new { model = "fake-model", messages = said }), Json(new { model = "fake-model", messages = new[] { new { role = said, content = "x" } } }), Json(new { model = "fake-model", messages = new[] { new { role = "user", content = new { said } } } }),
            Json(new { model = "fake-model", temperature = said, messages = new[] { new { role = "user", content = said } } }), Text($"{{\"model\":t{said}", "application/json"),
        })
            await RefusedAsync(400, _ana, "/v1/chat/completions", body);
        await RefusedAsync(400, _ana, "/webhooks", Json(new { url = $"ftp://{_hook.Text}" }));
        await RefusedAsync(400, _ana, "/me/keys", Json(new { name = new[] { said } }));
        await RefusedAsync(400, _ana, "/chat", Json(new { message = said }), _idempotency.Text + " and a space");
        await RefusedAsync(415, _ana, "/chat", Text(said, "text/plain"));
        await RefusedAsync(413, _ana, "/chat", Json(new { message = string.Concat(Enumerable.Repeat(said, 20_000)) }));
        await RefusedAsync(404, _ana, $"/chat/jobs/{Guid.CreateVersion7()}/edit", Json(new { message = said }));
        using var stranger = Client(_token + "x");
        await RefusedAsync(401, stranger, "/chat", Json(new { message = said }));
        await RefusedAsync(401, stranger, "/v1/chat/completions", Json(Completion()));
        await _outputs.AddAsync(OutputKind.Problem, await _ana.GetAsync(new Uri(_services.Notifier, $"/ws?ticket={said}"), Token), Token);

        // One more than a minute's, of the same job.
        using var often = Client(_authority.Token("often"));
        var first = await PostAsync(often, new { message = said }, _idempotency.Text);
        HttpStatusCode status;
        do
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/chat") { Content = Json(new { message = said }), Headers = { { "Idempotency-Key", _idempotency.Text } } };
            using var answer = await often.SendAsync(request, Token);
            if ((status = answer.StatusCode) != HttpStatusCode.Accepted)
                await _outputs.AddAsync(OutputKind.Problem, answer, Token);
        }
        while (status == HttpStatusCode.Accepted);
        status.ShouldBe(HttpStatusCode.TooManyRequests);
        await EndsAsync(first, "completed", often);
    }

    /// <summary>What the caller may not do, and what no path takes.</summary>
    private async Task ForbidAsync()
    {
        var said = _prompt.Text;
        using var reader = Client(_authority.Token(_user.Text, x => x["roles"] = new[] { "reader" }));
        await RefusedAsync(403, reader, $"/ops/circuits/openai/isolate?why={said}", Json(new { said }), _idempotency.Text);
        await RefusedAsync(403, _ana, $"/ops/circuits/openai/close?why={said}", Json(new { said }));
        await RefusedAsync(403, _ana, new Uri(_services.Notifier, "/apigateway/default").ToString(), Json(new { said }));
        await RefusedAsync(405, _ana, $"/chat?q={said}", Json(new { message = said }), _idempotency.Text, HttpMethod.Put);
        await RefusedAsync(405, _ana, $"/v1/chat/completions?q={said}", Json(Completion()), method: HttpMethod.Put);

        using var busy = Client(_authority.Token("busy"));
        var whole = _model.Default;
        _model.Default = whole with { StallAfter = 8 };
        var job = await PostAsync(busy, new { message = said });
        await RefusedAsync(409, busy, "/chat", Json(new { message = said, chatId = job.GetProperty("chatId").GetGuid(), onBusy = "reject" }), _idempotency.Text);
        (await busy.PostAsync($"/chat/jobs/{Id(job)}/cancel", null, Token)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await EndsAsync(job, "cancelled", busy);
        _model.Default = whole;
    }

    /// <summary>What is behind the services does not answer, or holds what nobody can read. All of it by a user with a canary's name, whom no error may name.</summary>
    private async Task BreakAsync()
    {
        using var user = Client(_authority.Token($"{_user.Text}-2"));
        var job = await PostAsync(user, new { message = _prompt.Text });
        await EndsAsync(job, "completed", user);

        _queues.IsDown = true;
        await RefusedAsync(502, user, "/chat", Json(new { message = _prompt.Text }), _idempotency.Text + "502");
        await RefusedAsync(502, user, "/v1/chat/completions", Json(Completion()));
        _queues.IsDown = false;

        _table.IsDown = true;
        await RefusedAsync(503, user, $"/chat?q={_prompt.Text}", Json(new { message = _prompt.Text }), _idempotency.Text + "503");
        await RefusedAsync(503, user, "/v1/chat/completions", Json(Completion()));
        _table.IsDown = false;

        // No version of ours writes a chat without the time of its making.
        var chat = job.GetProperty("chatId").GetGuid();
        await _services.Api.Services.GetRequiredService<IAmazonDynamoDB>().UpdateItemAsync(
            new UpdateItemRequest
            {
                TableName = _services.Api.Services.GetRequiredService<IOptions<StoreOptions>>().Value.TableName,
                Key = Keys.Chat($"{_user.Text}-2", chat),
                UpdateExpression = "REMOVE createdAt",
            },
            Token);
        await RefusedAsync(500, user, $"/chats/{chat}?q={_prompt.Text}", Json(new { title = _title.Text }), _idempotency.Text, HttpMethod.Patch);
        _outputs.All.ShouldContain(x => x.Kind == OutputKind.Log && x.Text.Contains("USER#…", StringComparison.Ordinal), "the error names the kind of row");
    }

    /// <summary>The user's own words, and nobody else's; then none.</summary>
    private async Task TakeAwayAsync()
    {
        using var other = Client(_authority.Token("other"));
        await EndsAsync(await PostAsync(other, new { message = _others.Text }), "completed", other);
        using var user = Client(_authority.Token(_user.Text));
        var said = await PostAsync(user, new { message = _prompt.Text, systemPrompt = _system.Text });
        await EndsAsync(said, "completed");
        using (var export = await user.GetAsync("/me/export", Token))
        {
            export.StatusCode.ShouldBe(HttpStatusCode.OK);
            _prompt.IsIn(await export.Content.ReadAsStringAsync(Token)).ShouldBeTrue();
            await _outputs.AddAsync(OutputKind.Export, export, Token);
        }

        using (var chat = await user.DeleteAsync($"/chats/{said.GetProperty("chatId").GetGuid()}", Token))
        {
            chat.StatusCode.ShouldBe(HttpStatusCode.NoContent);
            await _outputs.AddAsync(OutputKind.Export, chat, Token);
        }

        using (var all = await user.DeleteAsync("/me", Token))
        {
            all.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            await _outputs.AddAsync(OutputKind.Export, all, Token);
        }

        await RefusedAsync(409, user, "/chat", Json(new { message = _prompt.Text }), _idempotency.Text + "409");
        await RefusedAsync(409, user, "/v1/chat/completions", Json(Completion()));
        await Eventually.Is(async () => (await user.GetStringAsync("/me/deletion", Token)).Contains("completed", StringComparison.Ordinal), "all is deleted");
    }

    private async Task RefusedAsync(int status, HttpClient client, string path, HttpContent body, string? idempotencyKey = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, path) { Content = body };
        if (idempotencyKey is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        using var answer = await client.SendAsync(request, Token);
        ((int)answer.StatusCode).ShouldBe(status, path);
        await _outputs.AddAsync(OutputKind.Problem, answer, Token);
    }

    private async Task RegisterAsync(Receiver receiver)
    {
        var made = await JsonAsync(await _ana.PostAsJsonAsync("/webhooks", new { url = new Uri(receiver.Url, $"/hook?key={_hook.Text}") }, Token));
        _secrets.Add(new("webhook secret", made.GetProperty("secret").GetString()!["whsec_".Length..]));
    }

    private async Task<string> TicketAsync()
    {
        var ticket = (await JsonAsync(await _ana.PostAsync("/ws/ticket", null, Token))).GetProperty("ticket").GetString()!;
        _secrets.Add(new("ticket", ticket));
        return ticket;
    }

    private async Task GatewayHeardAsync(System.Net.WebSockets.ClientWebSocket socket)
    {
        using var heard = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (!_answer.IsIn(Encoding.UTF8.GetString(heard.ToArray())))
            heard.Write(buffer, 0, (await socket.ReceiveAsync(buffer, Token)).Count);
        _outputs.Add(OutputKind.Answer, Encoding.UTF8.GetString(heard.ToArray()));
    }

    private HttpClient Client(string token)
    {
        if (token.Split('.') is [_, _, var signature])
            _secrets.Add(new("token's signature", signature));
        return new() { BaseAddress = new Uri(_services.Api.Urls.Single()), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
    }

    private object Completion() => new
    {
        model = "fake-model",
        messages = new[] { new { role = "system", content = _system.Text }, new { role = "user", content = _given.Text }, new { role = "assistant", content = _answer.Text }, new { role = "user", content = _prompt.Text } },
    };

    private static async Task<JsonElement> PostAsync(HttpClient client, object body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chat") { Content = Json(body) };
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        return await JsonAsync(await client.SendAsync(request, Token));
    }

    private async Task EndsAsync(JsonElement job, string status, HttpClient? client = null)
    {
        await Eventually.Is(async () => (await StatusAsync(Id(job), client)) is "completed" or "failed" or "cancelled", "the job has ended", seconds: 120);
        (await StatusAsync(Id(job), client)).ShouldBe(status);
    }

    private async Task<string?> StatusAsync(Guid jobId, HttpClient? client = null)
    {
        using var answer = await (client ?? _ana).GetAsync($"/chat/jobs/{jobId}", Token);
        var status = await JsonAsync(answer);
        _outputs.Add(OutputKind.Answer, status.ToString());
        return status.GetProperty("status").GetString();
    }

    private async Task<string> EventsAsync(JsonElement job)
    {
        var text = await _ana.GetStringAsync(new Uri(job.GetProperty("links").GetProperty("events").GetString()!, UriKind.Relative), Token);
        _outputs.Add(OutputKind.Answer, text);
        return text;
    }

    private static Guid Id(JsonElement job) => job.GetProperty("jobId").GetGuid();

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        answer.IsSuccessStatusCode.ShouldBeTrue($"{answer.StatusCode}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
    }

    private static JsonContent Json(object body) => JsonContent.Create(body);

    private static StringContent Text(string body, string type) => new(body, Encoding.UTF8, type);
}
