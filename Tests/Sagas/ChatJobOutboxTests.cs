using System.Text.Json;
using CloudIa.Contracts;
using CloudIa.Sagas;
using CloudIa.Store;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Processor.Fakes;
using MassTransit;
using MassTransit.Serialization;
using MassTransit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Sagas;

/// <summary>The saga as it is in production, in Redis.</summary>
public sealed class ChatJobOutboxTests(StandInsFixture standIns) : RedisTest(standIns, RedisKind.Garnet)
{
    private readonly Guid _jobId = NewId.NextGuid();

    [Fact]
    public async Task A_jobs_commands_are_in_Redis_before_the_first_is_sent_and_under_the_same_ids_after_a_failure()
    {
        var sends = new FirstSendFails(async () => (string?)await Database.StringGetAsync($"{SagasServices.KeyPrefix}:{_jobId}"));
        await using var services = new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(Redis)
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton<IJobStore>(new InMemoryJobStore())
            .AddSendObserver(_ => sends)
            .AddMassTransitTestHarness(TextWriter.Null, bus =>
            {
                bus.SetKebabCaseEndpointNameFormatter();
                SagasServices.AddSagas(bus);
            })
            .BuildServiceProvider(validateScopes: true);
        var harness = services.GetRequiredService<ITestHarness>();
        await harness.Start();

        var endpoint = await harness.Bus.GetSendEndpoint(ChatJobQueues.Address(ChatJobQueues.ChatJob));
        await endpoint.Send(
            new SubmitChatJob { JobId = _jobId, UserId = "ada", ChatId = _jobId, AcceptedAt = TimeProvider.System.GetUtcNow() }, Token);
        await Eventually.Is(() => sends.Sent.Distinct().Count() == 2, "both commands were sent");

        using var value = JsonDocument.Parse(sends.ValueAtFirst.ShouldNotBeNull());
        value.RootElement.GetProperty("currentState").GetString().ShouldBe("Invoking");
        value.RootElement.GetProperty("$outbox").GetProperty("events")[0].GetProperty("messages").EnumerateArray()
            .Select(x => x.GetProperty("messageId").GetGuid()).ShouldBe(sends.Sent.Distinct(), ignoreOrder: true);
    }

    private sealed class FirstSendFails(Func<Task<string?>> readAsync) : ISendObserver
    {
        private readonly List<Guid> _sent = [];
        private int _sends;

        public string? ValueAtFirst { get; private set; }

        public IReadOnlyList<Guid> Sent
        {
            get
            {
                lock (_sent)
                {
                    return [.. _sent];
                }
            }
        }

        public async Task PreSend<T>(SendContext<T> context)
            where T : class
        {
            if (typeof(T) == typeof(SerializedMessageBody) && Interlocked.Increment(ref _sends) == 1)
            {
                ValueAtFirst = await readAsync();
                throw new InvalidOperationException("The queue cannot be reached.");
            }
        }

        public Task PostSend<T>(SendContext<T> context)
            where T : class
        {
            if (typeof(T) == typeof(SerializedMessageBody))
            {
                lock (_sent)
                {
                    _sent.Add(context.MessageId!.Value);
                }
            }

            return Task.CompletedTask;
        }

        public Task SendFault<T>(SendContext<T> context, Exception exception)
            where T : class => Task.CompletedTask;
    }
}
