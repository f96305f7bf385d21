namespace CloudIa.Contracts;

/// <summary>The SQS queues of the main job and of what follows its end. Commands go straight to them; events are published and need no name here.</summary>
/// <remarks>The names are what MassTransit's kebab-case formatter makes of the consumers and the saga; a test holds the two together.</remarks>
public static class ChatJobQueues
{
    public const string ChatJob = "chat-job";
    public const string ReceiveMessage = "receive-message";
    public const string InvokeLlm = "invoke-llm";
    public const string PersistMessage = "persist-message";
    public const string NotifyClient = "notify-client";
    public const string DeliverWebhook = "deliver-webhook";

    /// <summary>MassTransit's short address of a queue, for <c>Send</c>.</summary>
    public static Uri Address(string queue) => new($"queue:{queue}");
}
