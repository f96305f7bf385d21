namespace Amazon.SimpleNotificationService.Model;

public sealed class PublishBatchResultEntry
{
    public string Id { get; set; } = "";

    public string MessageId { get; set; } = "";
}
