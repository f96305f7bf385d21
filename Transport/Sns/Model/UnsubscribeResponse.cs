namespace Amazon.SimpleNotificationService.Model;

public sealed class UnsubscribeResponse : AmazonSimpleNotificationServiceResponse;
