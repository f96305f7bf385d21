using System.Reflection;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store;
using CloudIa.Store.Chats;
using CloudIa.Tests.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CloudIa.Tests.Processor.Context;

/// <summary>The chats of a real table, with a count of what is asked of it and of the rows that it looks at for that.</summary>
public class CountedTable : DispatchProxy
{
    private IAmazonDynamoDB _inner = null!;
    private int _requests;
    private int _rows;

    internal IChatStore Chats { get; private set; } = null!;

    internal static CountedTable Over(StoreTableFixture store)
    {
        var client = Create<IAmazonDynamoDB, CountedTable>();
        var counted = (CountedTable)(object)client;
        counted._inner = store.Services.GetRequiredService<IAmazonDynamoDB>();
        counted.Chats = new ChatStore(client, store.Services.GetRequiredService<IOptions<StoreOptions>>());
        return counted;
    }

    /// <summary>Since the last call.</summary>
    internal (int Requests, int Rows) Take() => (Interlocked.Exchange(ref _requests, 0), Interlocked.Exchange(ref _rows, 0));

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Interlocked.Increment(ref _requests);
        var result = targetMethod!.Invoke(_inner, args);
        return result is Task<QueryResponse> query ? CountAsync(query) : result;
    }

    private async Task<QueryResponse> CountAsync(Task<QueryResponse> query)
    {
        var answer = await query;
        Interlocked.Add(ref _rows, answer.ScannedCount ?? 0);
        return answer;
    }
}
