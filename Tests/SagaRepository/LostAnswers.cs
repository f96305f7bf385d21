using System.Reflection;
using StackExchange.Redis;

namespace CloudIa.Tests.SagaRepository;

/// <summary>A database that does what it is told, and now and then does not say so.</summary>
public class LostAnswers : DispatchProxy
{
    private IDatabase _database = null!;
    private Func<string, bool> _isLost = null!;

    /// <param name="database">Does the work.</param>
    /// <param name="isLost">Given the method's name.</param>
    public static IDatabase Of(IDatabase database, Func<string, bool> isLost)
    {
        var proxy = Create<IDatabase, LostAnswers>();
        (((LostAnswers)(object)proxy)._database, ((LostAnswers)(object)proxy)._isLost) = (database, isLost);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = targetMethod!.Invoke(_database, args);
        return _isLost(targetMethod.Name) ? answer switch
        {
            Task<RedisResult> task => LoseAsync(task),
            Task<bool> task => LoseAsync(task),
            _ => answer,
        }
        : answer;
    }

    private static async Task<T> LoseAsync<T>(Task<T> task)
    {
        await task;
        throw new RedisException("The answer is lost.");
    }
}
