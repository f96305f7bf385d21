using System.Reflection;
using Amazon.DynamoDBv2;
using CloudIa.EventLog;

namespace CloudIa.Tests.Sagas.Erasing;

/// <summary>A process that is killed when it would write once too often: from then on nothing of it reaches anybody.</summary>
internal sealed class KilledAtAWrite(int writes)
{
    private int _left = writes;
    private volatile bool _isDead;

    public bool IsDead => _isDead;

    public void Asks(bool isWrite)
    {
        if (isWrite && Interlocked.Decrement(ref _left) < 0)
            _isDead = true;
        if (_isDead)
            throw new TimeoutException("The process was killed.");
    }

    public IAmazonDynamoDB Before(IAmazonDynamoDB table) => DyingTable.Over(table, this);

    public IEventErasure Before(IEventErasure events) => new DyingEvents(events, this);

    public IWebhookMarks Before(IWebhookMarks marks) => new DyingMarks(marks, this);

    private sealed class DyingEvents(IEventErasure events, KilledAtAWrite process) : IEventErasure
    {
        public Task EraseJobAsync(Guid jobId, CancellationToken cancellationToken)
        {
            process.Asks(isWrite: true);
            return events.EraseJobAsync(jobId, cancellationToken);
        }

        public Task EraseChatAsync(Guid chatId, CancellationToken cancellationToken)
        {
            process.Asks(isWrite: true);
            return events.EraseChatAsync(chatId, cancellationToken);
        }
    }

    private sealed class DyingMarks(IWebhookMarks marks, KilledAtAWrite process) : IWebhookMarks
    {
        public Task<string?> GetAsync(string userId, CancellationToken cancellationToken) => marks.GetAsync(userId, cancellationToken);

        public Task ChangeAsync(string userId, CancellationToken cancellationToken)
        {
            process.Asks(isWrite: true);
            return marks.ChangeAsync(userId, cancellationToken);
        }
    }
}

/// <summary>The table as that process sees it.</summary>
public class DyingTable : DispatchProxy
{
    private IAmazonDynamoDB _table = null!;
    private KilledAtAWrite _process = null!;

    internal static IAmazonDynamoDB Over(IAmazonDynamoDB table, KilledAtAWrite process)
    {
        var client = Create<IAmazonDynamoDB, DyingTable>();
        var dying = (DyingTable)(object)client;
        (dying._table, dying._process) = (table, process);
        return client;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _process.Asks(targetMethod!.Name is "PutItemAsync" or "UpdateItemAsync" or "DeleteItemAsync" or "BatchWriteItemAsync");
        return targetMethod.Invoke(_table, args);
    }
}
