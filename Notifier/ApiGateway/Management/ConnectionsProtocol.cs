namespace CloudIa.Notifier.ApiGateway.Management;

/// <summary>Names of the service <c>ApiGatewayManagementApi</c>, version 2018-11-29.</summary>
internal static class ConnectionsProtocol
{
    public const string ServiceId = "ApiGatewayManagementApi";
    public const string SigningName = "execute-api";
    public const string Version = "2018-11-29";
    public const string UserAgent = "cloudia-apigateway/1.0";
    public const string ErrorType = "x-amzn-ErrorType";
}
