using CloudIa.Transport.Topology;

namespace CloudIa.Transport.Connection;

/// <summary>What an endpoint learns about its queue by deploying it.</summary>
internal sealed record DeployedQueue(QueueHandle Queue, TimeSpan VisibilityTimeout, IReadOnlyList<DeployedSubscription> Subscriptions);

internal sealed record DeployedSubscription(string Arn, TopicHandle Topic, TopicSettings Settings);
