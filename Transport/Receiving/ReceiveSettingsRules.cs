using MassTransit;

namespace CloudIa.Transport.Receiving;

/// <summary>What an endpoint cannot be.</summary>
internal static class ReceiveSettingsRules
{
    public static IEnumerable<ValidationResult> Check(ISpecification endpoint, ReceiveSettings settings)
    {
        const AmazonSqsEndpointAddress.AddressType queue = AmazonSqsEndpointAddress.AddressType.Queue;
        if (!EntityNames.IsValid(settings.Name, queue))
            yield return endpoint.Failure(settings.Name, EntityNames.Complaint(settings.Name, queue));
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

        if (settings.RenewalStep is { } step && (step <= TimeSpan.Zero || step > AwsLimits.Visibility))
            yield return endpoint.Failure("MaxVisibilityTimeoutRenewal", $"is {step} on {settings.Name}, and must be 1 s to 12 h.");
        if (settings.PurgeOnStartup)
            yield return endpoint.Warning(settings.Name, "is purged at the first start: messages that wait in it are lost.");
    }
}
