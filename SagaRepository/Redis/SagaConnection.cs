using StackExchange.Redis;

namespace CloudIa.SagaRepository.Redis;

/// <summary>How to connect.</summary>
/// <param name="Key">What is equal for those who can share a connection. Holds the password: never logged.</param>
/// <param name="Owned">Whether the connection is disposed with the container.</param>
internal sealed record SagaConnection(object Key, bool Owned, Func<IServiceProvider, Task<IConnectionMultiplexer>> ConnectAsync)
{
    /// <summary>What an <see cref="MassTransit.IConnectionMultiplexerFactory"/> of the host's is asked with; null where there is a factory already.</summary>
    public ConfigurationOptions? Options { get; private init; }

    public static SagaConnection Of(ConfigurationOptions options) => new(
        options.ToString(includePassword: true), Owned: true, async _ => await ConnectionMultiplexer.ConnectAsync(options))
    {
        Options = options,
    };

    public static SagaConnection Of(Func<IServiceProvider, IConnectionMultiplexer> factory) => new(
        factory, Owned: false, provider => Task.FromResult(factory(provider)));

    public static SagaConnection Of(Func<IConnectionMultiplexer> factory) => new(
        factory, Owned: false, _ => Task.FromResult(factory()));

    /// <summary>Host and port of each server, without a password; empty where a factory alone knows.</summary>
    public string Servers => Options is null ? "" : RedisErrors.Text(Options.EndPoints, Options.Ssl);
}
