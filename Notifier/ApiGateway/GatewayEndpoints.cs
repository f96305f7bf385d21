using CloudIa.Contracts.Client;
using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Connections;
using CloudIa.Notifier.Origins;
using CloudIa.Notifier.WebSockets;
using CloudIa.ServiceDefaults.Browsers;
using CloudIa.ServiceDefaults.Login;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using StackExchange.Redis;

namespace CloudIa.Notifier.ApiGateway;

/// <summary>What the HTTP integrations of the routes <c>$connect</c>, <c>$default</c> and <c>$disconnect</c> call.</summary>
internal static class GatewayEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var gateway = endpoints.MapGroup(NotifierPaths.ApiGateway).AddEndpointFilter<RouteGroupBuilder, GatewaySecret>().ExcludeFromDescription();
        gateway.MapPost("/connect", ConnectAsync).RequireAuthorization(policy => policy.AddAuthenticationSchemes(LoginSchemes.TicketOrDefault).RequireAuthenticatedUser());
        gateway.MapPost("/default", DefaultAsync).AllowAnonymous();
        gateway.MapPost("/disconnect", DisconnectAsync).AllowAnonymous();
    }

    /// <summary>Any answer but 2xx refuses the connection.</summary>
    private static async Task<IResult> ConnectAsync(
        HttpContext http, GatewayNode node, IOptions<ApiGatewayOptions> gateway, IOptions<OriginOptions> origins, TimeProvider time)
    {
        if (!TryGetConnection(http, out var connectionId))
        {
            return NoConnectionId();
        }

        var host = new HostString(new Uri(gateway.Value.Endpoint!).Authority);
        if (!OriginRule.Allows(http.Request.Headers[HeaderNames.Origin].ToString(), host, origins.Value))
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status403Forbidden,
                title: "This origin may not listen.",
                detail: "The page's origin is not in Cors:AllowedOrigins. Add it there, as scheme://host:port.");
        }

        // An integration may map a parameter that the client left out as an empty one.
        string? sessionId = http.Request.Query[Sessions.Parameter];
        if (string.IsNullOrEmpty(sessionId))
        {
            sessionId = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        }
        else if (!SessionId.IsValid(sessionId))
        {
            return Problems.InvalidSession();
        }

        if (node.IsDraining)
        {
            return Restarting();
        }

        try
        {
            await node.OpenAsync(connectionId, http.User.UserId(), sessionId, ConnectionLogin.Of(http.User));
            return TypedResults.Ok();
        }
        catch (TooManyConnectionsException e)
        {
            return Problems.TooMany(http, e);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return Problems.Unavailable();
        }
    }

    private static async Task<IResult> DefaultAsync(HttpContext http, GatewayNode node)
    {
        if (!TryGetConnection(http, out var connectionId))
        {
            return NoConnectionId();
        }

        if (await ReadAsync(http) is not { } frame)
        {
            return Problems.BadRequest("The message is too long.", $"A message may have {ApiGatewayLimits.MessageBytes} bytes at most.");
        }

        try
        {
            switch (await node.DeliverAsync(connectionId, frame, http.RequestAborted))
            {
                case Delivery.Taken:
                    return TypedResults.Ok();
                case Delivery.NoConnection:
                    await node.CloseUnknownAsync(connectionId);
                    return TypedResults.Problem(
                        statusCode: StatusCodes.Status410Gone,
                        title: "The connection is not known.",
                        detail: "It was forgotten, or Redis lost its data. It is closed: its client connects again and resumes.");
                default:
                    return Restarting();
            }
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return Problems.Unavailable();
        }
    }

    private static async Task<IResult> DisconnectAsync(HttpContext http, GatewayNode node)
    {
        if (!TryGetConnection(http, out var connectionId))
        {
            return NoConnectionId();
        }

        try
        {
            await node.ClosedAsync(connectionId);
            return TypedResults.Ok();
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return Problems.Unavailable();
        }
    }

    /// <summary>The body; null where it is longer than any that API Gateway sends. One that is too long for a frame is cut, so that it is seen as such.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > ApiGatewayLimits.MessageBytes)
        {
            return null;
        }

        var buffer = new byte[ClientFrame.MaxBytes + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
        return buffer[..length];
    }

    private static bool TryGetConnection(HttpContext http, out string connectionId)
    {
        connectionId = http.Request.Headers[GatewayHeaders.ConnectionId].ToString();
        return connectionId.Length is > 0 and <= 128;
    }

    private static ProblemHttpResult NoConnectionId() => Problems.BadRequest(
        "Whose connection is it?",
        $"The header {GatewayHeaders.ConnectionId} is missing. Map it in each integration: integration.request.header.{GatewayHeaders.ConnectionId} = context.connectionId.");

    private static ProblemHttpResult Restarting() => TypedResults.Problem(
        statusCode: StatusCodes.Status503ServiceUnavailable, title: "Try again.", detail: "The connection is changing its owner, or too many of its frames wait. Send it again in a second.");
}
