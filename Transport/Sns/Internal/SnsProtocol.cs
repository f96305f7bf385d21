namespace Amazon.SimpleNotificationService.Internal;

internal static class SnsProtocol
{
    public const string ServiceId = "SNS";
    public const string SigningName = "sns";
    public const string Version = "2010-03-31";
    public const string UserAgent = "cloudia-sns/1.0";
}
