using System.Net;
using CloudIa.SagaRepository.Redis;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.SagaRepository;

/// <summary>A Redis that is not there is named, with what to check, and without its password.</summary>
public sealed class RedisErrorsTests
{
    // Nobody listens on port 1.
    private const string Nowhere = "127.0.0.1:1,password=geheim,connectTimeout=200,connectRetry=0";

    [Theory]
    [InlineData(Nowhere)]
    [InlineData(Nowhere + ",abortConnect=false,asyncTimeout=300")]
    public async Task A_server_that_is_not_there_is_named_with_what_to_check(string configuration)
    {
        await using var services = new ServiceCollection().AddLogging().AddMassTransit(x =>
        {
            x.UsingInMemory();
            x.AddSagaStateMachine<CounterStateMachine, CounterSaga>().RedisRepository(configuration, r => r.KeyPrefix = "jobs");
        }).BuildServiceProvider();
        var sagas = services.GetRequiredService<ILoadSagaRepository<CounterSaga>>();

        var exception = await Should.ThrowAsync<Exception>(() => sagas.Load(NewId.NextGuid()));

        RedisErrors.IsOutage(exception).ShouldBeTrue(exception.ToString());
        exception.Message.ShouldContain("Redis at 127.0.0.1:1 ");
        exception.Message.ShouldContain("Check that it runs");
        exception.ToString().ShouldNotContain("geheim");
    }

    [Fact]
    public void What_a_connection_factory_cannot_reach_is_told_without_its_servers()
    {
        var cause = new RedisConnectionException(ConnectionFailureType.AuthenticationFailure, CommandFlags.None, "WRONGPASS", null, CommandStatus.Unknown);

        var told = RedisErrors.Explain(cause, "Connecting for sagas", "").ShouldBeOfType<RedisConnectionException>();

        told.FailureType.ShouldBe(ConnectionFailureType.AuthenticationFailure);
        told.InnerException.ShouldBeSameAs(cause);
        told.Message.ShouldStartWith("Connecting for sagas: Redis cannot be reached (WRONGPASS).");
    }

    [Fact]
    public void Servers_are_told_with_host_and_port()
    {
        EndPoint[] servers = [new DnsEndPoint("cache", 0), new DnsEndPoint("other", 7000), new IPEndPoint(IPAddress.IPv6Loopback, 0)];

        RedisErrors.Text(servers).ShouldBe("cache:6379, other:7000, [::1]:6379");
        RedisErrors.Text(servers, tls: true).ShouldBe("cache:6380, other:7000, [::1]:6380");
    }
}
