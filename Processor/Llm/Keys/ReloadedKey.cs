namespace CloudIa.Processor.Llm.Keys;

/// <summary>A key that is read anew now and then. Where that fails the one before goes on to be used.</summary>
/// <param name="provider">Whose key it is, for errors.</param>
/// <param name="source">Where it is read from, for errors: a path or a parameter's name.</param>
/// <param name="every">How old it may become before it is read again.</param>
/// <param name="atLeast">How old it must be to be read again because a provider refused it: a wrong key is not looked for with every request.</param>
internal sealed partial class ReloadedKey(
    string provider, string source, Func<CancellationToken, Task<string?>> read, TimeSpan every, TimeSpan atLeast, TimeProvider time, ILogger<ReloadedKey> logger)
    : IApiKey, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Reading? _last;

    public async ValueTask<string?> GetAsync(CancellationToken cancellationToken)
    {
        if (_last is not { } last || Age(last) >= every)
        {
            await ReadAsync(every, cancellationToken);
        }

        return _last?.Key ?? throw new ModelUnavailableException(
            ModelFailureReason.KeyUnavailable,
            $"The key of provider '{provider}' cannot be read from {source}, or there is none that a header can hold. See whether it is there and may be read; it is looked for again by itself.");
    }

    public async ValueTask<bool> RefreshAsync(string refused, CancellationToken cancellationToken)
    {
        if (_last?.Key == refused)
        {
            await ReadAsync(atLeast, cancellationToken);
        }

        return _last?.Key is { } now && now != refused;
    }

    public void Dispose() => _gate.Dispose();

    private async Task ReadAsync(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_last is { Key: not null } last && Age(last) < olderThan)
            {
                return;
            }

            var key = (await read(cancellationToken))?.Trim();
            if (key is { Length: > 0 } && key.All(x => x is > ' ' and <= '~'))
            {
                if (_last is { Key: { } before } && before != key)
                {
                    Log.Replaced(logger, provider, source);
                }

                _last = new(key, time.GetTimestamp());
                return;
            }

            Log.NoKey(logger, provider, source, key?.Length ?? 0);
        }
#pragma warning disable CA1031 // Whatever the source threw: the key before is used on, and the exception's text may hold what was read.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotRead(logger, provider, source, exception.GetType().Name);
        }
        finally
        {
            _gate.Release();
        }

        _last = new(_last?.Key, time.GetTimestamp());
    }

    private TimeSpan Age(Reading reading) => reading.Key is null ? TimeSpan.MaxValue : time.GetElapsedTime(reading.At);

    private sealed record Reading(string? Key, long At)
    {
        /// <summary>A record's own text would show the key.</summary>
        public override string ToString() => nameof(Reading);
    }

    private static partial class Log
    {
        [LoggerMessage(3301, LogLevel.Information, "The key of {Provider} was replaced: there is a new one in {Source}.")]
        public static partial void Replaced(ILogger logger, string provider, string source);

        [LoggerMessage(3302, LogLevel.Error, "The key of {Provider} could not be read from {Source} ({Exception}); where there was one before it is used on.")]
        public static partial void NotRead(ILogger logger, string provider, string source, string exception);

        [LoggerMessage(3303, LogLevel.Error, "What is in {Source} is no key for {Provider}: {Characters} characters, or some that no header can have; where there was one before it is used on.")]
        public static partial void NoKey(ILogger logger, string provider, string source, int characters);
    }
}
