namespace Amazon.SimpleNotificationService.Model;

/// <summary>A message attribute. Only strings: MassTransit's headers are nothing else.</summary>
public sealed class MessageAttributeValue
{
    public string DataType { get; set; } = "String";

    public string StringValue { get; set; } = "";
}
