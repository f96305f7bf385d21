using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.SimpleNotificationService.Internal;
using Amazon.SimpleNotificationService.Model;

namespace Amazon.SimpleNotificationService;

/// <summary>
/// A small SNS client on AWSSDK.Core's pipeline: credentials, signing, retries, endpoints and HTTP are the SDK's, only the
/// query protocol of the calls we make is here.
/// </summary>
public sealed class AmazonSimpleNotificationServiceClient : AmazonServiceClient, IAmazonSimpleNotificationService
{
    public AmazonSimpleNotificationServiceClient(AmazonSimpleNotificationServiceConfig config)
        : base(config)
    {
    }

    public AmazonSimpleNotificationServiceClient(AWSCredentials credentials, AmazonSimpleNotificationServiceConfig clientConfig)
        : base(credentials, clientConfig)
    {
    }

    public AmazonSimpleNotificationServiceClient(string awsAccessKeyId, string awsSecretAccessKey, AmazonSimpleNotificationServiceConfig clientConfig)
        : base(awsAccessKeyId, awsSecretAccessKey, clientConfig)
    {
    }

    public AmazonSimpleNotificationServiceClient(string awsAccessKeyId, string awsSecretAccessKey, string awsSessionToken,
        AmazonSimpleNotificationServiceConfig clientConfig)
        : base(awsAccessKeyId, awsSecretAccessKey, awsSessionToken, clientConfig)
    {
    }

    protected override IServiceMetadata ServiceMetadata { get; } = new SnsServiceMetadata();

    public Task<CreateTopicResponse> CreateTopicAsync(CreateTopicRequest request, CancellationToken cancellationToken = default) =>
        Call<CreateTopicResponse>(request, cancellationToken);

    public Task<DeleteTopicResponse> DeleteTopicAsync(DeleteTopicRequest request, CancellationToken cancellationToken = default) =>
        Call<DeleteTopicResponse>(request, cancellationToken);

    public Task<GetTopicAttributesResponse> GetTopicAttributesAsync(GetTopicAttributesRequest request,
        CancellationToken cancellationToken = default) =>
        Call<GetTopicAttributesResponse>(request, cancellationToken);

    public Task<GetSubscriptionAttributesResponse> GetSubscriptionAttributesAsync(GetSubscriptionAttributesRequest request,
        CancellationToken cancellationToken = default) =>
        Call<GetSubscriptionAttributesResponse>(request, cancellationToken);

    public Task<SetSubscriptionAttributesResponse> SetSubscriptionAttributesAsync(SetSubscriptionAttributesRequest request,
        CancellationToken cancellationToken = default) =>
        Call<SetSubscriptionAttributesResponse>(request, cancellationToken);

    public Task<ListSubscriptionsByTopicResponse> ListSubscriptionsByTopicAsync(ListSubscriptionsByTopicRequest request,
        CancellationToken cancellationToken = default) =>
        Call<ListSubscriptionsByTopicResponse>(request, cancellationToken);

    public Task<SubscribeResponse> SubscribeAsync(SubscribeRequest request, CancellationToken cancellationToken = default) =>
        Call<SubscribeResponse>(request, cancellationToken);

    public Task<UnsubscribeResponse> UnsubscribeAsync(UnsubscribeRequest request, CancellationToken cancellationToken = default) =>
        Call<UnsubscribeResponse>(request, cancellationToken);

    public Task<PublishResponse> PublishAsync(PublishRequest request, CancellationToken cancellationToken = default) =>
        Call<PublishResponse>(request, cancellationToken);

    public Task<PublishBatchResponse> PublishBatchAsync(PublishBatchRequest request, CancellationToken cancellationToken = default) =>
        Call<PublishBatchResponse>(request, cancellationToken);

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new SnsEndpointResolver());
        pipeline.AddHandlerAfter<RetryHandler>(new SnsAuthResolver());
    }

    private Task<TResponse> Call<TResponse>(AmazonSimpleNotificationServiceRequest request, CancellationToken cancellationToken)
        where TResponse : AmazonSimpleNotificationServiceResponse, new()
    {
        var options = new InvokeOptions
        {
            RequestMarshaller = SnsRequestMarshaller.Instance,
            ResponseUnmarshaller = SnsResponseUnmarshaller<TResponse>.Instance,
        };
        return InvokeAsync<TResponse>(request, options, cancellationToken);
    }
}
