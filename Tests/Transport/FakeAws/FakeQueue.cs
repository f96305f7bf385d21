using System.Text.Json.Nodes;

namespace CloudIa.Tests.Transport.FakeAws;

/// <summary>One queue's messages. All under the account's lock.</summary>
internal sealed class FakeQueue(FakeAccount account, string name, Dictionary<string, string> attributes, Dictionary<string, string> tags)
{
    private static readonly TimeSpan DeduplicationWindow = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, (DateTimeOffset Until, string MessageId)> _deduplication = [];
    private TaskCompletionSource _changed = New();

    public string Name => name;

    public string Arn => $"arn:aws:sqs:{FakeAccount.Region}:{FakeAccount.Id}:{name}";

    public string Url => $"http://sqs.{FakeAccount.Region}.fake.local/{FakeAccount.Id}/{name}";

    public Dictionary<string, string> Attributes => attributes;

    public Dictionary<string, string> Tags => tags;

    public bool IsFifo => name.EndsWith(".fifo", StringComparison.Ordinal);

    public LinkedList<StoredMessage> Messages { get; } = new();

    public DateTimeOffset? Purged { get; set; }

    public bool Deleted { get; set; }

    /// <summary>Completes when a receive may find something new.</summary>
    public Task Changed => _changed.Task;

    public int InFlight => Messages.Count(x => x.InFlight && x.VisibleAt > Now);

    public DateTimeOffset Now => account.Clock.GetUtcNow();

    public string Number(string attribute) => attributes.GetValueOrDefault(attribute) ?? QueueAttributes.Defaults[attribute];

    public TimeSpan Seconds(string attribute) => TimeSpan.FromSeconds(int.Parse(Number(attribute), null));

    public void Wake()
    {
        _changed.TrySetResult();
        _changed = New();
    }

    public string Add(string body, JsonObject messageAttributes, string? groupId, string? deduplicationId, TimeSpan? delay = null)
    {
        if (IsFifo && Duplicate(ref deduplicationId, body) is { } known)
            return known;

        var message = new StoredMessage
        {
            Id = account.NewId(),
            Body = body,
            Attributes = messageAttributes,
            Sent = Now,
            VisibleAt = Now + (delay ?? Seconds("DelaySeconds")),
            GroupId = groupId,
            DeduplicationId = deduplicationId,
            Sequence = account.NextSequence(),
        };
        if (IsFifo)
            _deduplication[deduplicationId!] = (Now + DeduplicationWindow, message.Id);
        Messages.AddLast(message);
        Wake();
        return message.Id;
    }

    /// <summary>Takes what a receive may have now.</summary>
    public List<StoredMessage> Take(int most, TimeSpan visibility)
    {
        var taken = new List<StoredMessage>();
        // Over the cap SQS answers a long poll with nothing, and no error.
        if (InFlight >= account.InFlightCap)
            return taken;

        var blocked = new HashSet<string>();
        for (var node = Messages.First; node is not null && taken.Count < most;)
        {
            var (message, next) = (node.Value, node.Next);
            if (Now - message.Sent > Seconds("MessageRetentionPeriod"))
                Messages.Remove(node);
            else if (IsFifo && blocked.Contains(message.GroupId!))
                _ = next;
            else if (message.VisibleAt > Now)
                blocked.Add(message.GroupId ?? "");
            else if (RedriveTarget(message) is { } deadLetters)
                MoveTo(deadLetters, node);
            else
                taken.Add(Receive(message, visibility));
            node = next;
        }

        return taken;
    }

    /// <summary>When time alone brings a message back.</summary>
    public DateTimeOffset? NextVisible() => Messages.Where(x => x.VisibleAt > Now).Select(x => (DateTimeOffset?)x.VisibleAt).Min();

    public void Delete(string receipt)
    {
        var message = Find(receipt, out var sequence);
        if (message is null)
            return;

        // A FIFO queue takes no receipt whose time is up; a standard queue takes the latest one at any time, and answers
        // an older one with a success that deletes nothing.
        if (IsFifo && (message.Receives != sequence || message.VisibleAt <= Now))
            throw AwsError.ExpiredReceipt(receipt);
        if (message.Receives != sequence)
            return;

        Messages.Remove(message);
        Wake();
    }

    public void ChangeVisibility(string receipt, int seconds)
    {
        if (seconds is < 0 or > 43200)
            throw AwsError.Parameter($"Value {seconds} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200.");
        var message = Find(receipt, out var sequence) ?? throw AwsError.Parameter(
            $"Value {receipt} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.");
        if (IsFifo && (message.Receives != sequence || message.VisibleAt <= Now))
            throw AwsError.ExpiredReceipt(receipt);
        if (message.VisibleAt <= Now || message.Receives != sequence)
            throw AwsError.NotInFlight();
        if (Now + TimeSpan.FromSeconds(seconds) > message.LastReceived + TimeSpan.FromHours(12))
        {
            throw AwsError.Parameter($"Value {seconds} for parameter VisibilityTimeout is invalid. " +
                "Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].");
        }

        message.VisibleAt = Now + TimeSpan.FromSeconds(seconds);
        message.InFlight = seconds > 0;
        Wake();
    }

    private StoredMessage Receive(StoredMessage message, TimeSpan visibility)
    {
        message.Receives++;
        message.LastReceived = Now;
        message.FirstReceived ??= Now;
        message.VisibleAt = Now + visibility;
        message.InFlight = true;
        message.Receipt = Receipts.Of(message.Id, message.Receives);
        return message;
    }

    private StoredMessage? Find(string receipt, out int sequence)
    {
        var id = Receipts.Read(receipt, out sequence) ?? throw AwsError.Receipt(receipt);
        return Messages.FirstOrDefault(x => x.Id == id);
    }

    private string? Duplicate(ref string? deduplicationId, string body)
    {
        deduplicationId ??= Receipts.Hash(body);
        return _deduplication.TryGetValue(deduplicationId, out var seen) && seen.Until > Now ? seen.MessageId : null;
    }

    private FakeQueue? RedriveTarget(StoredMessage message) =>
        attributes.GetValueOrDefault("RedrivePolicy") is { Length: > 0 } json && JsonNode.Parse(json) is { } policy
        && message.Receives >= int.Parse(policy["maxReceiveCount"]!.ToString(), null)
            ? account.QueueByArn(policy["deadLetterTargetArn"]!.GetValue<string>())
            : null;

    private void MoveTo(FakeQueue target, LinkedListNode<StoredMessage> node)
    {
        Messages.Remove(node);
        node.Value.InFlight = false;
        node.Value.Receives = 0;
        target.Messages.AddLast(node.Value);
        target.Wake();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
