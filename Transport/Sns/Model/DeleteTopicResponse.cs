namespace Amazon.SimpleNotificationService.Model;

public sealed class DeleteTopicResponse : AmazonSimpleNotificationServiceResponse;
