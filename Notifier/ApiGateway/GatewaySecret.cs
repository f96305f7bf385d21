using System.Security.Cryptography;
using System.Text;
using CloudIa.Notifier.Configuration;
using Microsoft.Extensions.Options;

namespace CloudIa.Notifier.ApiGateway;

/// <summary>Lets nobody in but API Gateway.</summary>
internal sealed class GatewaySecret : IEndpointFilter
{
    private readonly byte[][] _secrets;

    public GatewaySecret(IOptions<ApiGatewayOptions> options) => _secrets =
        [.. new[] { options.Value.Secret, options.Value.PreviousSecret }.Where(x => !string.IsNullOrEmpty(x)).Select(x => Digest(x!))];

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var given = Digest(context.HttpContext.Request.Headers[GatewayHeaders.Secret].ToString());
        return _secrets.Any(x => CryptographicOperations.FixedTimeEquals(x, given))
            ? next(context)
            : ValueTask.FromResult<object?>(TypedResults.Problem(
                statusCode: StatusCodes.Status403Forbidden,
                title: "Only API Gateway may call this.",
                detail: $"The header {GatewayHeaders.Secret} is missing or not Notifier:ApiGateway:Secret. Map it as a static value in each integration; clients connect to the API's wss address."));
    }

    // Of one length, whatever was sent.
    private static byte[] Digest(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
