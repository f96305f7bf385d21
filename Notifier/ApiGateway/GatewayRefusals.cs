using CloudIa.Notifier.ApiGateway.Management;

namespace CloudIa.Notifier.ApiGateway;

/// <summary>Says that API Gateway refuses what is sent: once, until something is taken again. Every connection meets the same wrong key.</summary>
internal sealed partial class GatewayRefusals(ILogger<GatewayRefusals> logger)
{
    private int _said;
    private int _saidTrouble;

    public void Refused(ConnectionsException e)
    {
        if (Interlocked.Exchange(ref _said, 1) == 0)
        {
            LogRefused((int)e.StatusCode, e.ErrorCode);
        }
    }

    /// <summary>A call failed, and is made again.</summary>
    public void Troubled(Exception e)
    {
        if (Interlocked.Exchange(ref _saidTrouble, 1) == 0)
        {
            LogTroubled(e is ConnectionsException answer ? $"{(int)answer.StatusCode} {answer.ErrorCode}" : e.GetType().Name);
        }
    }

    public void Taken()
    {
        if (Volatile.Read(ref _said) == 1 || Volatile.Read(ref _saidTrouble) == 1)
        {
            Volatile.Write(ref _said, 0);
            Volatile.Write(ref _saidTrouble, 0);
        }
    }

    [LoggerMessage(59, LogLevel.Warning, "A call of @connections failed with {Error}, and is made again. Not said again until a call is taken")]
    private partial void LogTroubled(string error);

    [LoggerMessage(60, LogLevel.Error,
        "API Gateway refuses calls of @connections with {Status} ({Code}), and their connections are dropped. At 403 look at the credentials, at Notifier:ApiGateway:Endpoint and :Region, at this machine's clock, " +
        "and whether the role may execute-api:ManageConnections on the stage. Not said again until a call is taken")]
    private partial void LogRefused(int status, string code);
}
