using System.Net;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using Amazon.SimpleNotificationService.Model;

namespace Amazon.SimpleNotificationService.Internal;

internal sealed class SnsResponseUnmarshaller<TResponse> : XmlResponseUnmarshaller
    where TResponse : AmazonSimpleNotificationServiceResponse, new()
{
    public static readonly SnsResponseUnmarshaller<TResponse> Instance = new();

    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext input)
    {
        var root = Root(input);
        var response = new TResponse
        {
            ResponseMetadata = new ResponseMetadata { RequestId = root.Text("ResponseMetadata", "RequestId") ?? "" },
        };
        // <XResponse><XResult>…</XResult><ResponseMetadata/></XResponse>; some calls have no result.
        var result = root.Elements().FirstOrDefault(x => x.Name.LocalName.EndsWith("Result", StringComparison.Ordinal));
        if (result is not null)
            response.Read(result);
        return response;
    }

    public override AmazonServiceException UnmarshallException(XmlUnmarshallerContext input, Exception innerException,
        HttpStatusCode statusCode)
    {
        XElement? root;
        try
        {
            root = Root(input);
        }
        catch (System.Xml.XmlException)
        {
            // A proxy's or load balancer's page instead of an answer of SNS.
            root = null;
        }

        var code = root?.Text("Error", "Code") ?? statusCode.ToString();
        var message = root?.Text("Error", "Message") ?? $"SNS answered {(int)statusCode} without a readable error.";
        var type = root?.Text("Error", "Type") == "Sender" ? ErrorType.Sender : ErrorType.Receiver;
        var requestId = root?.Text("RequestId") ?? "";
        return code switch
        {
            "NotFound" or "NotFoundException" => new NotFoundException(message, innerException, type, code, requestId, statusCode),
            "InvalidParameter" or "InvalidParameterException" =>
                new InvalidParameterException(message, innerException, type, code, requestId, statusCode),
            _ => new AmazonSimpleNotificationServiceException(message, innerException, type, code, requestId, statusCode),
        };
    }

    private static XElement Root(XmlUnmarshallerContext input) => XDocument.Load(input.Stream).Root!;
}
