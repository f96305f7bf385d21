using System.Globalization;
using CloudIa.Transport.Topology;
using MassTransit;

namespace CloudIa.Transport.Receiving;

/// <summary>What an endpoint cannot be.</summary>
internal static class ReceiveSettingsRules
{
    private const string LongestSuffix = "_skipped";

    public static IEnumerable<ValidationResult> Check(ISpecification endpoint, ReceiveSettings settings)
    {
        const AmazonSqsEndpointAddress.AddressType queue = AmazonSqsEndpointAddress.AddressType.Queue;
        if (!EntityNames.IsValid(settings.Name, queue))
            yield return endpoint.Failure(settings.Name, EntityNames.Complaint(settings.Name, queue));
        else if (settings.Durable && EntityNames.WithSuffix(settings.Name, x => x + LongestSuffix).Length > AwsLimits.QueueNameLength)
        {
            yield return endpoint.Failure(settings.Name,
                $"has {settings.Name.Length} characters, so its {LongestSuffix} queue would have more than the {AwsLimits.QueueNameLength} that SQS takes, " +
                "and a message could not be moved there. Give the endpoint a shorter name.");
        }

        if (settings.PrefetchCount < 1)
            yield return endpoint.Failure("PrefetchCount", $"is {settings.PrefetchCount} on {settings.Name}, and must be 1 or more.");
        if (settings.WaitTimeSeconds > AwsLimits.WaitSeconds)
        {
            yield return endpoint.Failure("WaitTimeSeconds",
                $"is {settings.WaitTimeSeconds} on {settings.Name}; SQS holds a poll for {AwsLimits.WaitSeconds} s at most.");
        }

        if (settings.MaxVisibilityTimeout > AwsLimits.Visibility || settings.MaxVisibilityTimeout <= TimeSpan.Zero)
        {
            yield return endpoint.Failure("MaxVisibilityTimeout",
                $"is {settings.MaxVisibilityTimeout} on {settings.Name}; SQS keeps a message invisible for {AwsLimits.Visibility} at most.");
        }

        if (settings.ConcurrentDeliveryLimit < 1)
        {
            yield return endpoint.Failure("ConcurrentDeliveryLimit",
                $"is {settings.ConcurrentDeliveryLimit} on {settings.Name}, and must be 1 or more: else no message of a group could begin.");
        }

        if (settings.RedeliverVisibilityTimeout < TimeSpan.Zero || settings.RedeliverVisibilityTimeout > AwsLimits.Visibility)
        {
            yield return endpoint.Failure("RedeliverVisibilityTimeout",
                $"is {settings.RedeliverVisibilityTimeout} on {settings.Name}, and must be 0 s to 12 h.");
        }

        if (settings.QueueAttributes.TryGetValue("VisibilityTimeout", out var visibility)
            && !(long.TryParse(Strings.From(visibility), CultureInfo.InvariantCulture, out var seconds)
                && seconds >= 1 && seconds <= AwsLimits.Visibility.TotalSeconds))
        {
            yield return endpoint.Failure("QueueAttributes[\"VisibilityTimeout\"]",
                $"is '{visibility}' on {settings.Name}, and must be 1 to {AwsLimits.Visibility.TotalSeconds} seconds: with less a message would come again while it is worked on.");
        }

        foreach (var (name, value) in settings.QueueAttributes)
        {
            if (value is null)
                yield return endpoint.Failure($"QueueAttributes[\"{name}\"]", $"is null on {settings.Name}. Remove it, or give it a value.");
        }

        if (settings.RenewalStep is { } step && (step <= TimeSpan.Zero || step > AwsLimits.Visibility))
            yield return endpoint.Failure("MaxVisibilityTimeoutRenewal", $"is {step} on {settings.Name}, and must be 1 s to 12 h.");
        if (settings.PurgeOnStartup)
            yield return endpoint.Warning(settings.Name, "is purged at the first start: messages that wait in it are lost.");
    }

    public static IEnumerable<ValidationResult> CheckTopics(ISpecification endpoint, ReceiveSettings settings, IEnumerable<TopicSettings> topics)
    {
        const AmazonSqsEndpointAddress.AddressType type = AmazonSqsEndpointAddress.AddressType.Topic;
        foreach (var topic in topics)
        {
            if (!EntityNames.IsValid(topic.Name, type))
                yield return endpoint.Failure(settings.Name, "subscribes to a topic: " + EntityNames.Complaint(topic.Name, type));
            if (settings.IsFifo && !AwsLimits.IsFifo(topic.Name))
            {
                yield return endpoint.Failure(settings.Name,
                    $"is a FIFO queue and subscribes to {topic.Name}, a standard topic, which AWS refuses. Give the message's topic a name in .fifo " +
                    "(cfg.Message<T>(x => x.SetEntityName(\"name.fifo\"))), or set ConfigureConsumeTopology to false and send to the queue.");
            }
        }
    }
}
